import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium, launchFirefox } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';

const LOG_TICKS = `
  window.seenTicks = [];
  const number = document.getElementById('tick');
  new MutationObserver(() => window.seenTicks.push([Number(number.textContent), Date.now()]))
    .observe(number, { childList: true });
`;

/** Ticks are a second apart: so far off, two screens would be seen to differ. */
const LARGEST_SPREAD_MS = 400;

describe('two Chromium pages and a Firefox page on one server', () => {
  let browsers: Browser[] = [];
  let daemon: Daemon;
  let pages: ChatPage[] = [];

  beforeAll(async () => {
    daemon = await startDaemon();
    const [chromium, firefox] = await Promise.all([launchChromium(), launchFirefox()]);
    browsers = [chromium, firefox];
    for (const browser of [chromium, chromium, firefox]) {
      pages.push(await ChatPage.connected(browser, daemon.url));
    }
  });

  afterAll(async () => {
    for (const browser of browsers) await browser.close();
    await daemon.kill();
  });

  it('show each tick at the same time', async () => {
    const shown = new Map<number, number[]>();
    const together = (times: readonly number[]) =>
      times.length === pages.length && Math.max(...times) - Math.min(...times) < LARGEST_SPREAD_MS;
    await until('three ticks that all pages show together', async () => {
      const ticks = await Promise.all(pages.map((page) => ticksOf(page, 4)));
      for (const [n] of ticks[0] ?? [])
        shown.set(
          n,
          ticks.map((of) => of.get(n) ?? Infinity),
        );
      return [...shown.values()].filter(together).length >= 3;
    });
  });

  it('show everybody’s messages in the same order, one’s own once', async () => {
    const spoken = await Promise.all(
      pages.map(async (page, speaker) => {
        const texts = [1, 2, 3, 4, 5].map((n) => `speaker ${speaker}, message ${n}`);
        for (const text of texts) await page.say(text);
        return texts;
      }),
    );
    const all = spoken.flat();
    const [first, ...others] = await Promise.all(pages.map((page) => page.textsWhen(all.length)));
    expect(first).toHaveLength(all.length);
    expect(first?.toSorted()).toEqual(all.toSorted());
    for (const other of others) expect(other).toEqual(first);
    for (const texts of spoken) {
      expect(first?.filter((text) => texts.includes(text))).toEqual(texts);
    }
    const owns = await Promise.all(
      pages.map((page) => page.log.locator('.own .text').allTextContents()),
    );
    expect(owns).toEqual(spoken);
  });

  it('come back by themselves when the server was killed and starts again', async () => {
    await daemon.kill();
    for (const page of pages) await page.reaches('reconnecting');
    daemon = await startDaemon(['--port', String(daemon.port)]);
    for (const page of pages) await page.reaches('connected');
    const ticks = await Promise.all(pages.map((page) => ticksOf(page, 2)));
    expect(ticks.every((seen) => Math.max(...seen.keys()) < 100)).toBe(true);
    await pages[0]?.say('is everybody back?');
    for (const page of pages) {
      await page.log.getByText('is everybody back?', { exact: true }).waitFor();
    }
  });
});

/** The next `count` ticks that the page shows, and when: ms since 1970 by number. */
async function ticksOf(page: ChatPage, count: number): Promise<Map<number, number>> {
  await page.evaluate(LOG_TICKS);
  let seen: Array<[number, number]> = [];
  await until(`${count} ticks`, async () => {
    seen = await page.evaluate('window.seenTicks');
    return seen.length >= count;
  });
  return new Map(seen);
}
