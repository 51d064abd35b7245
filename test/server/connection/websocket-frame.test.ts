import { describe, expect, it } from '@jest/globals';
import { encodeWebSocket, headerLength } from '../../../src/server/connection/websocket-frame.js';
import { OPCODE, readFrames } from '../../support/raw-frames.js';

/** A frame of `msg:` and so many bytes of payload. */
const frameOf = (length: number) => ({ verb: 'msg', payload: 'x'.repeat(length - 4) });

const LENGTHS = [4, 5, 125, 126, 127, 65_535, 65_536, 100_000];

describe('websocket frames', () => {
  it.each(LENGTHS)('carry a text of %d bytes, alone and with another', (length) => {
    const frame = frameOf(length);
    const payload = Buffer.from(`msg:${frame.payload}`);
    const expected = { opcode: OPCODE.text, payload };
    const alone = encodeWebSocket([frame]);
    expect(alone).toHaveLength(headerLength(length) + length);
    expect(readFrames(alone).frames).toEqual([expected]);
    expect(readFrames(encodeWebSocket([frame, frame])).frames).toEqual([expected, expected]);
  });

  it('are concatenated', () => {
    const sent = ['1', '', 'ü😀\u0000:x', 'y'.repeat(300)].map((payload) => ({
      verb: 'v',
      payload,
    }));
    const bytes = encodeWebSocket(sent);
    const { frames, length } = readFrames(bytes);
    expect(frames.map((frame) => String(frame.payload))).toEqual(
      sent.map(({ verb, payload }) => `${verb}:${payload}`),
    );
    expect(length).toBe(bytes.length);
  });

  it('are none for no frames', () => {
    expect(encodeWebSocket([])).toHaveLength(0);
  });

  it('are final and unmasked', () => {
    expect([...encodeWebSocket([{ verb: 'h', payload: 'i' }])]).toEqual([
      0x81, 3, 0x68, 0x3a, 0x69,
    ]);
  });
});
