import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium, launchFirefox } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';

const lines = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}`).join('\n');

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
])('a long message in %s', (_name, launch) => {
  let browser: Browser;
  let daemon: Daemon;
  let chat: ChatPage;
  let room = 0;

  beforeAll(async () => {
    daemon = await startDaemon();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await daemon.kill();
  });
  beforeEach(async () => {
    room += 1;
    const viewport = { width: 1000, height: 700 };
    chat = await ChatPage.connected(browser, `${daemon.url}?room=r${room}`, { viewport });
  });

  const button = (name: string) => chat.log.getByRole('button', { name });
  const textHeight = (nth = 0) =>
    chat.evaluate<number>(`document.querySelectorAll('#log .text')[${nth}].offsetHeight`);
  const distanceToEnd = () =>
    chat.evaluate<number>(`(() => {
      const log = document.getElementById('log');
      return log.scrollHeight - log.scrollTop - log.clientHeight;
    })()`);

  it.each([
    ['of 13 lines', lines(13)],
    ['of 3,000 characters without a space', 'x'.repeat(3000)],
    ['of 3,000 characters', 'word '.repeat(600)],
  ])('%s is collapsed to 12 lines, and shown whole on request', async (_what, text) => {
    await chat.say('before');
    await chat.say(text);
    expect(await chat.textsWhen(2)).toEqual(['before', text]);
    await button('Show all').waitFor();
    expect(await textHeight(1)).toBeLessThanOrEqual(12 * 24 + 8);
    await until('the end, with the button', async () => (await distanceToEnd()) < 2);
    expect(await button('Show all').getAttribute('aria-expanded')).toBe('false');
    await button('Show all').press('Enter');
    expect(await button('Show less').getAttribute('aria-expanded')).toBe('true');
    expect(await textHeight(1)).toBeGreaterThanOrEqual(13 * 24);
    await button('Show less').press('Space');
    expect(await textHeight(1)).toBeLessThanOrEqual(12 * 24 + 8);
    expect(chat.complaints).toEqual([]);
  });

  it('of 12 lines is not collapsed', async () => {
    await chat.say(lines(12));
    await chat.say('short');
    await chat.textsWhen(2);
    expect(await textHeight()).toBeGreaterThanOrEqual(12 * 24);
    expect(await button('Show all').count()).toBe(0);
  });

  it('is collapsed where the window is too narrow for it', async () => {
    await chat.say('word '.repeat(100));
    await chat.textsWhen(1);
    expect(await button('Show all').isVisible()).toBe(false);
    await chat.page.setViewportSize({ width: 320, height: 568 });
    await button('Show all').waitFor();
    await chat.page.setViewportSize({ width: 1000, height: 700 });
    await button('Show all').waitFor({ state: 'hidden' });
  });

  it('that was opened is read from its beginning while others speak', async () => {
    await chat.say(lines(60));
    await chat.textsWhen(1);
    await button('Show all').click();
    const top = () => chat.evaluate<number>(`document.getElementById('log').scrollTop`);
    const before = await top();
    const other = await ChatPage.connected(browser, chat.page.url());
    await other.say('and another');
    await chat.newer.waitFor();
    expect(await top()).toBe(before);
  });
});
