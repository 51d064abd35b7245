import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../support/root.js';

/** All modules together, compressed as one: what a bundle of them takes. */
const LARGEST_BYTES = 10 * 1024;

/** The same, each module compressed by itself, as a proxy that compresses would serve them. */
const LARGEST_APART_BYTES = 11 * 1024;

/** `import … from "x"` and `export … from "x"`, minified or not. */
const IMPORTED = /\bfrom\s*["']([^"']+)["']/g;

/** The path of every module that a page loads when it imports the library. */
function modulesOfTheLibrary(): string[] {
  const paths = new Set<string>();
  const visit = (path: string): void => {
    if (paths.has(path)) return;
    paths.add(path);
    const text = readFileSync(join(ROOT, 'public', path), 'utf8');
    for (const [, specifier = ''] of text.matchAll(IMPORTED)) visit(join(path, '..', specifier));
  };
  visit('client.js');
  return [...paths].toSorted();
}

describe('the client library as it is served', () => {
  const modules = modulesOfTheLibrary();

  it('takes 10 KB at most, compressed', () => {
    const texts = modules.map((path) => readFileSync(join(ROOT, 'public', path)));
    const apart = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
    const together = gzipSync(Buffer.concat(texts)).length;
    expect(modules).toContain('js/client/index.js');
    expect(together).toBeGreaterThan(3000);
    expect(together).toBeLessThanOrEqual(LARGEST_BYTES);
    expect(apart).toBeLessThanOrEqual(LARGEST_APART_BYTES);
  });

  it('is made of its own modules, the wire and the clock, and nothing of the server', () => {
    const elsewhere = modules.filter(
      (path) => !/^(?:client\.js|js\/(?:client|protocol|clock)\/)/.test(path),
    );
    expect(elsewhere).toEqual([]);
    expect(modules).not.toContain('js/protocol/read-client-frame.js');
  });
});
