import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Readable } from 'node:stream';
import { linesOf, type Line } from '../../src/cli/text-lines.js';

async function read(chunks: readonly Buffer[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(Readable.from(chunks))) lines.push(line);
  return lines;
}

describe('the lines of an input', () => {
  it('are the same however the bytes are cut', async () => {
    const bytes = Buffer.from('\ufeffone\r\nzwö\n\nvier 👋\nfive');
    const texts = ['one', 'zwö', '', 'vier 👋', 'five'];
    const cuts = fc.array(fc.integer({ min: 0, max: bytes.length }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        const sorted = [0, ...at, bytes.length].toSorted((a, b) => a - b);
        const chunks = sorted.slice(1).map((end, i) => bytes.subarray(sorted[i], end));
        expect(await read(chunks)).toEqual(texts.map((text, i) => ({ number: i + 1, text })));
      }),
    );
  });

  it.each([
    ['Latin-1', Buffer.from('a\nb\nGrüße', 'latin1'), 'line 3 of the input is not UTF-8'],
    ['UTF-16', Buffer.from('\ufeffa\n', 'utf16le'), 'the input is UTF-16'],
    ['no end', Buffer.alloc(17 * 1024 * 1024, 'x'), 'line 1 of the input has more than'],
  ])('are refused with %s', async (_, bytes, why) => {
    await expect(read([bytes])).rejects.toThrow(why);
  });

  it('end without an error when the reader has had enough', async () => {
    const input = Readable.from([Buffer.from('a\nb\n')]);
    const texts: string[] = [];
    for await (const { text } of linesOf(input)) {
      texts.push(text);
      input.destroy();
    }
    expect(texts[0]).toBe('a');
  });
});
