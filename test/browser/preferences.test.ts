import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

/** [red, green, blue] of 0 to 255. */
type Colour = readonly number[];

/** WCAG 2.2 §1.4.3. */
const LEAST_CONTRAST = 4.5;

/** What is read, and on which element's background. */
const READ: ReadonlyArray<readonly [text: string, ground: string]> = [
  ['.name', 'body'],
  ['#tick', 'body'],
  ['#room', 'body'],
  ['#state', 'body'],
  ['.own .text', '.own .text'],
  ['.stamp', '.sheet'],
  ['#text', '.sheet'],
  ['#send', '#send'],
  ['#hint', '.sheet'],
  ['#name', '.sheet'],
  ['.who', '.sheet'],
  ['.id', '.sheet'],
  ['#online', 'body'],
  ['#copy', 'body'],
];

/** In Chromium alone: playwright can't tell the system's Firefox what its reader prefers. */
describe('what the reader prefers', () => {
  let browser: Browser;
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await startDaemon(['--tick', '500ms']);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await daemon.kill();
  });

  const open = (options: BrowserContextOptions = {}) =>
    ChatPage.connected(browser, daemon.url, options);

  it.each(['light', 'dark'] as const)('can be read in the %s scheme', async (colorScheme) => {
    const chat = await open({ colorScheme });
    const other = await V1Client.join(daemon.port, { name: 'Ben' });
    other.send('msg', { id: '1', text: 'hello' });
    await chat.say('hello');
    await chat.textsWhen(2);
    other.ws.terminate();
    await until('a tick', async () => !Number.isNaN(await chat.tick()));
    const ground = luminance(await colour(chat, 'body', 'backgroundColor'));
    expect(ground > 0.5).toBe(colorScheme === 'light');
    for (const [text, behind] of READ) {
      const front = await colour(chat, text, 'color');
      const back = await colour(chat, behind, 'backgroundColor');
      const readable = contrast(front, back) >= LEAST_CONTRAST;
      expect({ text, readable }).toEqual({ text, readable: true });
    }
  });

  it('moves with each tick', async () => {
    const chat = await open();
    await until('a ring that fills', async () => (await ring(chat)) > 0);
    const first = await ring(chat);
    await until('a ring that moves', async () => (await ring(chat)) !== first);
    expect(await chat.page.locator('#marks .lit').count()).toBeGreaterThan(0);
  });

  it('stands still but for the number where less motion is preferred', async () => {
    const chat = await open({ reducedMotion: 'reduce' });
    await until('a tick', async () => !Number.isNaN(await chat.tick()));
    const first = await chat.tick();
    await until('some ticks', async () => (await chat.tick()) >= first + 3);
    expect(await animations(chat)).toBe(0);
    expect(await ring(chat)).toBeLessThan(0);
    expect(await chat.page.locator('#marks .lit').count()).toBe(0);
  });
});

/** How much of the ring is filled, 0 to 1; below 0 if none is, not even a dot. */
function ring(chat: ChatPage): Promise<number> {
  return chat.evaluate(
    `1 - parseFloat(getComputedStyle(document.getElementById('fill')).strokeDashoffset)`,
  );
}

function animations(chat: ChatPage): Promise<number> {
  return chat.evaluate(`document.getAnimations().length`);
}

async function colour(chat: ChatPage, selector: string, property: string): Promise<Colour> {
  const css = await chat.evaluate<string>(
    `getComputedStyle(document.querySelector('${selector}')).${property}`,
  );
  const channels = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(css);
  if (channels === null) throw new Error(`${property} of ${selector} is not opaque: ${css}`);
  return channels.slice(1).map(Number);
}

/** Relative luminance, WCAG 2.2. */
function luminance(of: Colour): number {
  const [red = 0, green = 0, blue = 0] = of.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio, WCAG 2.2: 1 to 21. */
function contrast(a: Colour, b: Colour): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}
