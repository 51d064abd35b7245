import { describe, expect, test } from '@jest/globals';
import { FrameScanner, OPCODE } from '../../../src/cli/bench/frame-scanner.js';

/** Encodes a frame of a server. */
function serverFrame(opcode: number, payload: string, first = 0x80 | opcode): Buffer {
  const body = Buffer.from(payload);
  if (body.length < 126) return Buffer.concat([Buffer.from([first, body.length]), body]);
  const header = Buffer.alloc(body.length < 65_536 ? 4 : 10);
  header[0] = first;
  if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(body.length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(body.length), 2);
  }
  return Buffer.concat([header, body]);
}

/** Scans the chunks as one connection reads them: all in the same buffer. */
function scan(chunks: readonly Buffer[], maxPayload = 1_000_000) {
  const frames: Array<[number, string]> = [];
  const scanner = new FrameScanner(maxPayload);
  const shared = Buffer.alloc(Math.max(...chunks.map((chunk) => chunk.length)));
  let problem: string | undefined;
  for (const chunk of chunks) {
    chunk.copy(shared);
    problem = scanner.scan(shared, 0, chunk.length, {
      frame: (opcode, bytes, start, end) =>
        frames.push([opcode, bytes.toString('utf8', start, end)]),
    });
    shared.fill(0xff); // the buffer is reused after the call
  }
  return { frames, problem };
}

const CONVERSATION: ReadonlyArray<[number, string]> = [
  [OPCODE.text, 'tick:1'],
  [OPCODE.text, ''],
  [OPCODE.ping, 'are you there'],
  [OPCODE.text, 'x'.repeat(125)],
  [OPCODE.text, 'y'.repeat(126)],
  [OPCODE.pong, ''],
  [OPCODE.text, `${'z'.repeat(200)}é`],
  [OPCODE.close, '\u0003goodbye'],
];

describe('frame scanner', () => {
  test('finds the same frames wherever the stream is split in two', () => {
    const stream = Buffer.concat(CONVERSATION.map(([opcode, text]) => serverFrame(opcode, text)));
    for (let at = 1; at < stream.length; at += 1) {
      const { frames, problem } = scan([stream.subarray(0, at), stream.subarray(at)]);
      expect(problem).toBeUndefined();
      expect(frames).toEqual(CONVERSATION);
    }
  });

  test('finds them byte by byte', () => {
    const stream = Buffer.concat(CONVERSATION.map(([opcode, text]) => serverFrame(opcode, text)));
    const bytes = Array.from(stream, (byte) => Buffer.from([byte]));
    expect(scan(bytes).frames).toEqual(CONVERSATION);
  });

  test.each([0, 125, 126, 127, 65_535, 65_536, 70_000])('reads a length of %d', (length) => {
    const frame = serverFrame(OPCODE.text, 'a'.repeat(length));
    for (const at of [1, 2, 3, 5, 9, 11, length]) {
      const chunks = [frame.subarray(0, at), frame.subarray(at), serverFrame(OPCODE.text, 'after')];
      const { frames } = scan(chunks.filter((chunk) => chunk.length > 0));
      expect(frames.map(([, text]) => text.length)).toEqual([length, 5]);
    }
  });

  test.each([
    ['a masked frame', Buffer.from([0x81, 0x80, 0, 0, 0, 0]), 'a masked frame from the server'],
    ['reserved bits', serverFrame(OPCODE.text, 'x', 0xc1), 'a frame with reserved bits set'],
    ['the first fragment', serverFrame(OPCODE.text, 'x', 0x01), 'a fragmented message'],
    ['a later fragment', serverFrame(0, 'x'), 'a fragmented message'],
    ['a frame over the limit', serverFrame(OPCODE.text, 'x'.repeat(200)), 'a frame of 200 bytes'],
  ])('ends at %s', (_, bad, problem) => {
    const result = scan([serverFrame(OPCODE.text, 'good'), bad, serverFrame(1, 'after')], 199);
    expect(result).toEqual({ frames: [[OPCODE.text, 'good']], problem });
  });
});
