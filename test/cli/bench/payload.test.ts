import { describe, expect, test } from '@jest/globals';
import { clientFrame } from '../../../src/cli/bench/client-frame.js';
import {
  MIN_SIZE,
  PayloadReader,
  PayloadWriter,
  randomRun,
} from '../../../src/cli/bench/payload.js';

describe('bench payload', () => {
  test.each([MIN_SIZE, MIN_SIZE + 1, 4096])('is as long as asked for: %d', (size) => {
    expect(new PayloadWriter('ab12', size).write(7, 8, 9)).toHaveLength(size);
  });

  test('is read back wherever it stands in a frame', () => {
    const text = new PayloadWriter('ab12', 64).write(99_999, 12_345_678, 86_400_000_000.9);
    const reader = new PayloadReader('ab12');
    for (const around of ['', 'msg:', '42["msg","']) {
      const bytes = Buffer.from(`before${around}${text}"]`);
      expect(reader.read(bytes, 6, bytes.length)).toBe(true);
      expect(reader).toMatchObject({ sender: 99_999, seq: 12_345_678, sentAt: 86_400_000_000 });
    }
  });

  test('of another run, or cut short, or none at all, is not ours', () => {
    const reader = new PayloadReader('ab12');
    const ours = Buffer.from(new PayloadWriter('ab12', 64).write(1, 2, 3));
    const others = Buffer.from(new PayloadWriter('cd34', 64).write(1, 2, 3));
    expect(reader.read(others, 0, others.length)).toBe(false);
    expect(reader.read(ours, 0, MIN_SIZE - 1)).toBe(false);
    expect(reader.read(Buffer.from('tick:5'), 0, 6)).toBe(false);
    expect(reader.read(ours, 1, ours.length)).toBe(false);
  });

  test('has a marker that differs from run to run', () => {
    const runs = new Set(Array.from({ length: 50 }, randomRun));
    expect(runs.size).toBeGreaterThan(40);
    for (const run of runs) expect(run).toMatch(/^[0-9a-z]{4}$/);
  });
});

describe('client frame', () => {
  test.each([
    [0, 2],
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ])('of %d bytes has a masked header of %d bytes and a key', (length, header) => {
    const frame = clientFrame(1, 'a'.repeat(length));
    expect(frame[0]).toBe(0x81);
    expect((frame[1] ?? 0) & 0x80).toBe(0x80);
    expect(frame).toHaveLength(header + 4 + length);
    expect(frame.subarray(header, header + 4)).toEqual(Buffer.alloc(4));
    expect(frame.toString('utf8', header + 4)).toBe('a'.repeat(length));
  });
});
