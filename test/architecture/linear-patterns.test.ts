import { parse } from 'acorn';
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSafe } from 'redos-detector';
import { ROOT } from '../support/root.js';

/** A regular expression of the program, and where it is. */
interface Found {
  readonly file: string;
  readonly pattern: RegExp;
}

/** All regular expressions in the emitted program. */
function patternsUnder(directory: string): Found[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return patternsUnder(path);
    if (!entry.name.endsWith('.js')) return [];
    const program = parse(readFileSync(path, 'utf8'), {
      ecmaVersion: 'latest',
      sourceType: 'module',
    });
    const file = path.slice(join(ROOT, 'dist').length + 1);
    return patternsIn(program).map((pattern) => ({ file, pattern }));
  });
}

function patternsIn(node: unknown): RegExp[] {
  if (node === null || typeof node !== 'object' || node instanceof RegExp) return [];
  if (
    'type' in node &&
    node.type === 'Literal' &&
    'value' in node &&
    node.value instanceof RegExp
  ) {
    return [node.value];
  }
  return Object.values(node).flatMap(patternsIn);
}

describe('regular expressions', () => {
  const all = patternsUnder(join(ROOT, 'dist/src'));

  it('are found', () => {
    expect(all.length).toBeGreaterThan(50);
  });

  it('take linear time: none can backtrack without a bound', () => {
    const unsafe = all.filter(({ pattern }) => !isSafe(pattern).safe);
    expect(unsafe.map(({ file, pattern }) => `${file} ${String(pattern)}`)).toEqual([]);
  });

  it('that backtrack are found (the check can fail)', () => {
    expect(isSafe(/^\s*charset\s*=\s*"?([^"]*?)"?\s*$/).safe).toBe(false);
  });
});
