import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { crash } from './crash.js';
import { cutLinks } from './cuts.js';

describe('nothing is lost', () => {
  it('when the server is killed while clients send', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tickchat-crash-'));
    try {
      const figures = await crash(5, 16, directory);
      expect(figures).toMatchObject({ lost: 0, doubled: 0, holes: 0, gaps: 0 });
      expect(figures.receipted).toBeGreaterThan(0);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, 120_000);

  it('when links are cut at random', async () => {
    const figures = await cutLinks(50, 5);
    expect(figures).toMatchObject({ missing: 0, doubled: 0, gaps: 0 });
    expect(figures.cuts).toBeGreaterThan(10);
    expect(figures.messages).toBeGreaterThan(10);
  }, 120_000);
});
