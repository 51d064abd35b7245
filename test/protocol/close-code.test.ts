import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterClose, CLOSE } from '../../src/protocol/close-code.js';
import { ROOT } from '../support/root.js';

const rows = Object.values(CLOSE);

/** The rows of the first Markdown table whose header begins with these columns, cell by cell. */
function tableIn(markdown: string, ...columns: readonly string[]): string[][] {
  const lines = markdown.split('\n');
  const header = lines.findIndex((line) => line.startsWith(`| ${columns.join(' | ')} |`));
  if (header === -1) throw new Error(`no table with the columns ${columns.join(', ')}`);
  const body = lines.slice(header + 2);
  const end = body.findIndex((line) => !line.startsWith('|'));
  return body.slice(0, end === -1 ? undefined : end).map((line) => {
    return line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  });
}

describe('the close codes', () => {
  it.each(rows)('tell a client what to do after $code: $client', ({ code, client }) => {
    expect(afterClose(code)).toBe(client);
  });

  it('let a client come back after a lost link or a code that is not ours', () => {
    expect([1000, 1005, 1006, 1011, 1012, 4999].map(afterClose)).toEqual(
      Array.from({ length: 6 }, () => 'reconnect'),
    );
  });

  it('are each used once', () => {
    expect(new Set(rows.map(({ code }) => code)).size).toBe(rows.length);
  });

  it('may stand in a close frame: allowed by RFC 6455 §7.4, the reason within 123 bytes', () => {
    for (const { code, reason } of rows) {
      expect(
        [1001, 1002, 1003, 1007, 1008, 1009].includes(code) || (code >= 4000 && code < 5000),
      ).toBe(true);
      expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    }
  });

  it('stand in docs/PROTOCOL.md, these and no others', () => {
    const text = readFileSync(join(ROOT, 'docs/PROTOCOL.md'), 'utf8');
    expect(tableIn(text, 'code', 'reason', 'client')).toEqual(
      rows.map(({ code, reason, client }) => [String(code), reason, client]),
    );
  });
});
