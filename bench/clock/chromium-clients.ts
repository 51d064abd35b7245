import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { until } from '../../test/support/until.js';
import type { Firing } from '../../src/cli/bench/clock/firing.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];

/** Script of each page; `firings` are read at the end. */
const SCRIPT = `(async () => {
  const { connect } = await import('/client.js');
  const client = connect('/', { room: 'clock' });
  window.clock = client.clock;
  window.firings = [];
  client.on('tick', ({ n }) => {
    const at = performance.timeOrigin + performance.now();
    window.firings.push({ n, at, now: client.clock.now(), dueAt: client.clock.at(n), bound: client.clock.error });
  });
})()`;

/**
 * Opens `pages` pages of Chromium through `prefix` (a command that runs another), waits until all
 * are in sync, and returns the ticks that they fire in `seconds`.
 */
export async function chromiumFirings(
  url: string,
  pages: number,
  seconds: number,
  prefix: readonly string[],
): Promise<Firing[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tickchat-clock-'));
  const executablePath = join(folder, 'chromium');
  writeFileSync(executablePath, `#!/bin/sh\nexec ${[...prefix, CHROMIUM].join(' ')} "$@"\n`);
  chmodSync(executablePath, 0o755);
  const browser = await chromium.launch({ executablePath, args: ARGS });
  try {
    const opened = await Promise.all(
      Array.from({ length: pages }, async () => {
        const page = await (await browser.newContext()).newPage();
        await page.goto(new URL('/healthz', url).href);
        await page.evaluate(SCRIPT);
        await until('sync', () => page.evaluate<boolean>('window.clock.synced'));
        return page;
      }),
    );
    for (const page of opened) await page.evaluate('void (window.firings.length = 0)');
    await new Promise((resolve) => void setTimeout(resolve, seconds * 1000));
    const firings = await Promise.all(
      opened.map(async (page, client) => {
        const fired = await page.evaluate<Array<Omit<Firing, 'client'>>>('window.firings');
        return fired.map((firing) => ({ client, ...firing }));
      }),
    );
    return firings.flat();
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}
