import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT } from '../support/root.js';

/** The whole library, compressed. */
const LARGEST_BYTES = 10 * 1024;

describe('the client library as it is served', () => {
  const path = join(ROOT, 'dist/public/client.js');
  const library = readFileSync(path);

  it('takes 10 KB at most, compressed', () => {
    const { length } = gzipSync(library);
    expect(length).toBeGreaterThan(3000);
    expect(length).toBeLessThanOrEqual(LARGEST_BYTES);
  });

  it('is one file that needs no other', () => {
    expect(String(library)).not.toMatch(/\bimport\b\s*[({"'*\w]|\bfrom\s*["']/);
  });

  it('exports what its entry does', async () => {
    const entry = (await import('../../src/client/index.js')) as object;
    const served = (await import(path)) as object;
    expect(Object.keys(served).toSorted()).toEqual(Object.keys(entry).toSorted());
  });
});
