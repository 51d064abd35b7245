import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { ROOT } from '../support/root.js';
import { until } from '../support/until.js';

/** The machine that runs tests may be busy: by so much two screens may be apart, ms. */
const LARGEST_SPREAD_MS = 60;

/** What a page has drawn, with the time at which it did. */
const LOG_TICKS = `
  window.seenTicks = [];
  const number = document.getElementById('tick');
  new MutationObserver(() => {
    const at = performance.timeOrigin + performance.now();
    window.seenTicks.push([Number(number.textContent), at]);
  }).observe(number, { childList: true });
`;

describe('the clock on two screens side by side', () => {
  let browser: Browser;
  let daemon: Daemon;
  let screens: ChatPage[];

  beforeAll(async () => {
    daemon = await startDaemon();
    browser = await launchChromium();
    const viewport = { width: 420, height: 800 };
    screens = await Promise.all(
      [1, 2].map(() => ChatPage.connected(browser, daemon.url, { viewport })),
    );
    for (const { page } of screens)
      await page.getByText(/^in sync ± \d+ ms$/).waitFor({ state: 'attached' });
  });
  afterAll(async () => {
    await browser.close();
    await daemon.kill();
  });

  it('changes at the same moment', async () => {
    for (const screen of screens) await screen.evaluate(LOG_TICKS);
    const seen = async (screen: ChatPage) =>
      new Map(await screen.evaluate<Array<[number, number]>>('window.seenTicks'));
    await until('3 ticks that both show together', async () => {
      const [left, right] = await Promise.all(screens.map(seen));
      const spreads = [...(left ?? [])].map(([n, at]) =>
        Math.abs(at - (right?.get(n) ?? Infinity)),
      );
      return spreads.filter((spread) => spread < LARGEST_SPREAD_MS).length >= 3;
    });
  });

  it('shows the same tick in pictures taken together', async () => {
    const midway = 'new Promise((resolve) => setTimeout(resolve, 1300 - (Date.now() % 1000)))';
    await until('the same number and the same picture', async () => {
      await screens[0]?.evaluate(midway);
      const [pictures, numbers] = await Promise.all([
        Promise.all(screens.map(({ page }) => page.locator('#tick').screenshot())),
        Promise.all(screens.map((screen) => screen.tick())),
      ]);
      return (
        numbers[0] === numbers[1] && pictures[0]?.equals(pictures[1] ?? Buffer.alloc(0)) === true
      );
    });
  });
});

describe('examples/game-loop', () => {
  it('has the dot at the same place on two screens, by the clock alone', async () => {
    const site = createServer((request, response) => {
      const name = request.url === '/game-loop.js' ? 'game-loop.js' : 'index.html';
      const text = readFileSync(join(ROOT, 'examples/game-loop', name), 'utf8');
      const type = name.endsWith('.js') ? 'text/javascript' : 'text/html';
      response.setHeader('Content-Type', type);
      response.end(text.replaceAll('localhost:9876', `127.0.0.1:${daemon.port}`));
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    const daemon = await startDaemon(['--origin', origin]);
    const browser = await launchChromium();
    try {
      const pages = await Promise.all([1, 2].map(() => browser.newPage()));
      for (const page of pages) await page.goto(origin);
      for (const page of pages) await page.getByText(/in sync ± \d+ ms/).waitFor();
      await until('both clocks within a few frames', async () => {
        const dots = await Promise.all(pages.map(dot));
        for (const { x, y, now } of dots) {
          const [wantedX, wantedY] = placeAt(now);
          expect(x).toBeCloseTo(wantedX, 6); // browsers round a cosine each in their own way
          expect(y).toBeCloseTo(wantedY, 6);
        }
        const [left = NaN, right = NaN] = dots.map(({ at, now }) => at - now);
        return Math.abs(left - right) < LARGEST_SPREAD_MS;
      });
    } finally {
      await browser.close();
      site.close();
      await daemon.kill();
    }
  });
});

/** Where a page has drawn the dot, at what server time by its clock, and when that was. */
function dot(page: Page): Promise<{ at: number; now: number; x: number; y: number }> {
  return page.evaluate(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const at = performance.timeOrigin + performance.now();
    const { now, x, y } = document.getElementById('stage').dataset;
    resolve({ at, now: Number(now), x: Number(x), y: Number(y) });
  })))`);
}

/** The same function that the example draws by. */
function placeAt(now: number): [x: number, y: number] {
  const turn = ((now % 4000) / 4000) * 2 * Math.PI;
  return [240 + 200 * Math.cos(turn), 120 + 90 * Math.sin(3 * turn)];
}
