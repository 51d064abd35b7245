import { describe, expect, it } from '@jest/globals';
import { headerLength, textFrames } from '../../src/server/websocket-frame.js';
import { OPCODE, readFrames } from '../support/raw-frames.js';

describe('websocket frames', () => {
  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 100_000])('carry a text of %d bytes', (length) => {
    const text = 'x'.repeat(length);
    const bytes = textFrames([text]);
    expect(bytes).toHaveLength(headerLength(length) + length);
    expect(readFrames(bytes).frames).toEqual([{ opcode: OPCODE.text, payload: Buffer.from(text) }]);
  });

  it('stand one behind the other', () => {
    const texts = ['tick:1', '', 'msg:ü😀\u0000:x', 'y'.repeat(300)];
    const { frames, length } = readFrames(textFrames(texts));
    expect(frames.map((frame) => String(frame.payload))).toEqual(texts);
    expect(length).toBe(textFrames(texts).length);
  });

  it('are final and unmasked', () => {
    expect([...textFrames(['hi'])]).toEqual([0x81, 2, 0x68, 0x69]);
  });
});
