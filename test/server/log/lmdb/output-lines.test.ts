import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OutputLines } from '../../../../src/server/log/lmdb/output-lines.js';

describe('output lines', () => {
  let lines: string[];
  let output: OutputLines;

  beforeEach(() => {
    lines = [];
    output = new OutputLines((line) => lines.push(line));
  });

  it('puts lines together and drops empty ones and control characters', () => {
    output.add('malloc(): inva');
    output.add('lid size\n\n \r\n\u001B[31mred\tone\n');
    expect(lines).toEqual(['malloc(): invalid size', '[31mred one']);
    expect(output.recent).toBe('[31mred one');
  });

  it('takes what has no line break for a line after a while, or when it is flushed', () => {
    jest.useFakeTimers();
    try {
      output.add('Write error');
      expect(lines).toEqual([]);
      jest.advanceTimersByTime(100);
      expect(lines).toEqual(['Write error']);
      output.add('another');
      output.flush();
      output.flush();
      expect(lines).toEqual(['Write error', 'another']);
      jest.advanceTimersByTime(2000);
      expect(output.recent).toBe('');
    } finally {
      jest.useRealTimers();
    }
  });

  it('bounds the length of a line, however it comes', () => {
    for (let i = 0; i < 100; i += 1) output.add('x'.repeat(100));
    output.add('\n');
    output.add(`${'y'.repeat(100_000)}\nz\n`);
    expect(lines).toEqual(['x'.repeat(500), 'y'.repeat(500), 'z']);
  });
});
