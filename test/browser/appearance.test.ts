import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchChromium, launchFirefox } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';

const PHONE = { width: 320, height: 568 };
const LONG_WORD = 'Donaudampfschifffahrt'.repeat(30);

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
])('the look in %s', (_name, launch) => {
  let browser: Browser;
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await startDaemon();
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
    await daemon.kill();
  });

  let rooms = 0;
  const open = (options: BrowserContextOptions = {}, script?: string) => {
    rooms += 1;
    return ChatPage.connected(browser, `${daemon.url}?room=room-${rooms}`, options, script);
  };

  it('loads without an error, a missing file or a violation of the policy', async () => {
    const chat = await open(
      {},
      `window.violations = [];
       addEventListener('securitypolicyviolation', (event) =>
         window.violations.push(event.violatedDirective + ' ' + event.blockedURI));`,
    );
    await chat.say('hello');
    await chat.textsWhen(1);
    expect(await chat.evaluate('window.violations')).toEqual([]);
    expect(chat.complaints).toEqual([]);
  });

  it('fits a phone of 320 pixels, whatever is said', async () => {
    const chat = await open({ viewport: PHONE });
    await chat.say(LONG_WORD);
    await chat.say(`https://example.org/${LONG_WORD}?${LONG_WORD}`);
    await chat.textsWhen(2);
    await chat.field.fill(LONG_WORD);
    await expectNoOverflow(chat);
    await chat.field.fill('too long '.repeat(1000));
    await chat.page.getByText('Too long to send: 4904 over the limit.').waitFor();
    await expectNoOverflow(chat);
    for (const id of ['text', 'name']) {
      const size = `parseFloat(getComputedStyle(document.getElementById('${id}')).fontSize)`;
      expect(await chat.evaluate(size)).toBeGreaterThanOrEqual(16); // or a phone zooms in
    }
  });

  it('can be used with the keyboard alone', async () => {
    const chat = await open();
    const focused = () => chat.evaluate<string>('document.activeElement.id');
    const press = (key: string) => chat.page.keyboard.press(key);
    expect(await focused()).toBe('text');
    await chat.page.keyboard.type('by Enter');
    await press('Enter');
    await chat.page.keyboard.type('by the button');
    await press('Tab');
    expect(await focused()).toBe('send');
    expect(
      await chat.evaluate(`getComputedStyle(document.getElementById('send')).outlineStyle`),
    ).toBe('solid');
    await press('Space');
    expect((await chat.textsWhen(2)).slice(-2)).toEqual(['by Enter', 'by the button']);
    expect(await focused()).toBe('text');
    await press('Shift+Tab');
    expect(await focused()).toBe('log');
    await press('Shift+Tab');
    expect(await focused()).toBe('copy');
    for (const next of ['log', 'text', 'send', 'name']) {
      await press('Tab');
      expect(await focused()).toBe(next);
    }
    await chat.page.keyboard.type('Ann');
    await press('Enter');
    expect(await focused()).toBe('text');
  });
});

async function expectNoOverflow(chat: ChatPage): Promise<void> {
  const widths = await chat.evaluate<number[]>(
    `[document.documentElement, document.getElementById('log'), document.getElementById('text')]
      .map((element) => element.scrollWidth - element.clientWidth)`,
  );
  expect(widths).toEqual([0, 0, 0]);
  expect(await chat.evaluate('document.documentElement.clientWidth')).toBe(PHONE.width);
}
