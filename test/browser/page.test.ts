import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

/** Makes the page believe that nobody sees it, or that somebody does. */
const HIDE = (hidden: boolean) => `
  Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
`;

describe('what the page offers', () => {
  let browser: Browser;
  let daemon: Daemon;
  let room = 'r0';
  let rooms = 0;

  beforeAll(async () => {
    daemon = await startDaemon(['--max-message', '300']);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await daemon.kill();
  });
  beforeEach(() => {
    rooms += 1;
    room = `r${rooms}`;
  });

  const open = (options: BrowserContextOptions = {}) =>
    ChatPage.connected(browser, `${daemon.url}?room=${room}`, options);
  const person = (name: string) => V1Client.join(daemon.port, { room, name });

  it('gives a name, which can be changed at any time and is kept', async () => {
    const chat = await open();
    const other = await person('Ben');
    expect(await chat.name.inputValue()).toMatch(/^[A-Z][a-z]+ \d\d$/);
    await chat.name.fill('Ann');
    await chat.name.press('Enter');
    await chat.say('hello');
    expect((await other.next('msg')).from.name).toBe('Ann');
    await chat.reload();
    expect(await chat.name.inputValue()).toBe('Ann');
    await chat.name.fill('   ');
    await chat.name.press('Tab');
    expect(await chat.name.inputValue()).toBe('Ann');
    const tab = await chat.tab();
    await tab.name.fill('Anna');
    await tab.name.press('Enter');
    await until('the name in the other tab', async () => (await chat.name.inputValue()) === 'Anna');
    other.ws.terminate();
  });

  it('tells two people of the same name apart', async () => {
    const chat = await open();
    const [ben, other] = [await person('Ben'), await person('Ben')];
    ben.send('msg', { id: '1', text: 'one' });
    await chat.textsWhen(1);
    expect(await chat.log.locator('.id').isVisible()).toBe(false);
    other.send('msg', { id: '1', text: 'two' });
    await chat.textsWhen(2);
    const ids = await Promise.all([ben.hello(), other.hello()]);
    expect(await chat.log.locator('.id:visible').allTextContents()).toEqual(
      ids.map(({ you }) => you.id.slice(0, 4)),
    );
    for (const client of [ben, other]) client.ws.terminate();
  });

  it('shows what is on its way, and when a message was said', async () => {
    const chat = await open();
    await chat.say('hello');
    await chat.textsWhen(1);
    expect(await chat.log.locator('.text').count()).toBe(1);
    expect(await chat.log.locator('.stamp').textContent()).toMatch(/^\d\d:\d\d$/);
    expect(await chat.log.locator('.stamp').getAttribute('datetime')).toMatch(/^\d{4}-.*Z$/);
  });

  it('counts unread messages in the title while nobody looks', async () => {
    const ben = await person('Ben');
    ben.send('msg', { id: '0', text: 'before' });
    const chat = await open();
    await chat.textsWhen(1);
    await chat.evaluate(HIDE(true));
    for (const id of ['1', '2']) ben.send('msg', { id, text: id });
    await until('(2)', async () => (await chat.page.title()) === `(2) ${room} · tickchat`);
    await chat.evaluate(HIDE(false));
    expect(await chat.page.title()).toBe(`${room} · tickchat`);
    ben.ws.terminate();
  });

  it('gives out the address that others have for the room', async () => {
    const permissions = ['clipboard-read', 'clipboard-write'];
    const chat = await open({ permissions });
    await chat.page.route('**/api/addresses', (route) =>
      route.fulfill({ json: { network: ['http://192.168.7.7:9876/', 'http://10.0.0.7:9876/'] } }),
    );
    await chat.page.getByRole('button', { name: 'Copy link' }).click();
    await chat.page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await chat.evaluate('navigator.clipboard.readText()')).toBe(
      `http://192.168.7.7:9876/?room=${room}`,
    );
  });

  it('says that a server without a network is for this machine only', async () => {
    const chat = await open();
    await chat.page.getByRole('button', { name: 'Copy link' }).click();
    await chat.page.getByText('Only this machine can open it').waitFor();
    await chat.page.getByRole('button', { name: 'Close' }).click();
    expect(await chat.page.getByRole('dialog').isVisible()).toBe(false);
  });

  it('lets the address be copied by hand where the clipboard is out of reach', async () => {
    const chat = await open();
    await chat.evaluate(`Object.defineProperty(navigator, 'clipboard', { value: undefined })`);
    await chat.page.getByRole('button', { name: 'Copy link' }).click();
    const link = chat.page.getByRole('textbox', { name: 'Link to this room' });
    expect(await link.inputValue()).toBe(`${daemon.url}?room=${room}`);
    expect(await chat.evaluate('getSelection().toString()')).toBe(`${daemon.url}?room=${room}`);
    await chat.page.keyboard.press('Escape');
    expect(await link.isVisible()).toBe(false);
    expect(await chat.evaluate('document.activeElement.id')).toBe('copy');
  });

  it('says in time that a message gets too long, and doesn’t send or lose it', async () => {
    const chat = await open();
    await chat.field.fill('x'.repeat(239));
    expect(await chat.hint.textContent()).not.toContain('left');
    await chat.field.fill('x'.repeat(298));
    expect(await chat.hint.textContent()).toContain('2 left');
    const tooLong = 'x'.repeat(298) + 'é€';
    await chat.say(tooLong);
    expect(await chat.hint.textContent()).toBe('Too long to send: 3 over the limit.');
    expect(await chat.send.isDisabled()).toBe(true);
    expect(await chat.field.inputValue()).toBe(tooLong);
    expect(await chat.log.locator('.text').count()).toBe(0);
  });

  it('offers to try again or to discard what could not be sent', async () => {
    const chat = await open();
    const lone = (n: number) => `\ud83d ${n}`; // half a surrogate pair: no text can carry it
    for (const n of [1, 2]) {
      await chat.evaluate(`(() => {
        document.getElementById('text').value = ${JSON.stringify(lone(n))};
        document.getElementById('send').click();
      })()`);
    }
    const failed = chat.log.locator('.failed');
    await until('two failures', async () => (await failed.count()) === 2);
    await failed.first().getByRole('button', { name: 'Try again' }).click();
    await until('two failures again', async () => (await failed.count()) === 2);
    await chat.say('fine');
    await chat.textsWhen(1);
    for (const left of [1, 0]) {
      await failed.first().getByRole('button', { name: 'Discard' }).click();
      expect(await failed.count()).toBe(left);
    }
    await chat.reload();
    expect(await chat.textsWhen(1)).toEqual(['fine']);
    expect(await failed.count()).toBe(0);
  });
});
