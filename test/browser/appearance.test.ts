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

  it.each([
    { width: 360, height: 340 },
    { width: 640, height: 320 },
    { width: 320, height: 200 },
  ])('leaves room for the messages at $width × $height', async (viewport) => {
    const chat = await open({ viewport });
    for (let i = 0; i < 10; i += 1) await chat.say(`message ${i}`);
    await chat.textsWhen(10);
    const size = await chat.evaluate<{ log: number; clock: number; overflow: number }>(`({
      log: document.getElementById('log').clientHeight,
      clock: document.querySelector('.clock').offsetHeight,
      overflow: document.documentElement.scrollWidth - innerWidth,
    })`);
    expect(size.log).toBeGreaterThanOrEqual(150);
    expect(size.clock).toBeLessThanOrEqual(viewport.width < 360 ? 56 : 40); // one line, or two
    expect(size.overflow).toBeLessThanOrEqual(0); // below 0 beside a scroll bar
    await chat.name.scrollIntoViewIfNeeded();
    expect(
      await chat.evaluate(`(() => {
        const { left, right, bottom } = document.getElementById('name').getBoundingClientRect();
        return left >= 0 && right <= innerWidth && bottom <= innerHeight;
      })()`),
    ).toBe(true);
  });

  it('fits numbers of any length into the ring, in any font', async () => {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 1024, height: 500 },
    ]) {
      const chat = await open({ viewport });
      for (const [digits, number] of [4444, 88_888, 888_888].map((n, i) => [i + 4, n])) {
        const [width, ring] = await chat.evaluate<number[]>(`(() => {
          document.documentElement.style.setProperty('--digits', '${digits}');
          const tick = document.getElementById('tick');
          tick.style.fontFamily = 'DejaVu Sans'; // as wide as fonts get
          const range = document.createRange();
          range.selectNodeContents(Object.assign(tick, { textContent: '${number}' }));
          const ring = document.querySelector('.track').getBoundingClientRect();
          return [range.getBoundingClientRect().width, ring.width];
        })()`);
        expect(width).toBeLessThan(0.92 * (ring ?? 0));
      }
      await chat.page.context().close();
    }
  });

  it('says that only text is sent when an image is pasted or dropped', async () => {
    const chat = await open();
    for (const type of ['paste', 'drop']) {
      const taken = await chat.evaluate<boolean>(`(() => {
        const data = new DataTransfer();
        data.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
        const event = new Event('${type}', { bubbles: true, cancelable: true });
        const name = '${type === 'paste' ? 'clipboardData' : 'dataTransfer'}';
        Object.defineProperty(event, name, { value: data });
        return document.getElementById('text').dispatchEvent(event);
      })()`);
      expect(taken).toBe(false);
      expect(await chat.hint.textContent()).toBe('Only text can be sent.');
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
