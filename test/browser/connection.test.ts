import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ROOM_NAME_RULE } from '../../src/protocol/room-name.js';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';

/** Lets the test at the page's sockets. */
const KEEP_SOCKETS = `
  window.sockets = [];
  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      window.sockets.push(this);
    }
  };
`;

describe('the page and its connection', () => {
  let browser: Browser;
  let daemon: Daemon;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    daemon = await startDaemon();
  });
  afterEach(async () => {
    await daemon.kill();
  });

  it('takes what is said while there is none, and sends it when there is one', async () => {
    const chat = await ChatPage.connected(browser, daemon.url);
    await chat.page.getByText('1 here').waitFor();
    await daemon.stop();
    // The page alternates between waiting and trying: one look has to see the word.
    const status = chat.page.getByRole('status').first();
    await status.filter({ hasText: 'Reconnecting' }).waitFor();
    expect(await chat.page.getByText(/\d here/).count()).toBe(0);
    await chat.page.getByText(/Not connected: .*\. Your messages wait/).waitFor();
    await chat.say('said in between');
    expect(await chat.log.locator('.pending .text').allTextContents()).toEqual(['said in between']);
    daemon = await startDaemon(['--port', String(daemon.port)]);
    expect(await chat.textsWhen(1)).toEqual(['said in between']);
    expect(await chat.log.locator('.text').count()).toBe(1);
  });

  it('counts down to the next attempt and makes it early when the network is back', async () => {
    const longest = 'Math.random = () => 0.999';
    const chat = await ChatPage.connected(browser, daemon.url, {}, longest);
    await daemon.kill();
    await chat.page.getByText(/^in 8 s$/).waitFor();
    daemon = await startDaemon(['--port', String(daemon.port)]);
    const startedAt = performance.now();
    await chat.evaluate(`dispatchEvent(new Event('online'))`);
    await chat.reaches('connected');
    expect(performance.now() - startedAt).toBeLessThan(4000);
  });

  it('stops when the server ends it for good, and starts again when asked', async () => {
    const chat = await ChatPage.connected(browser, daemon.url, {}, KEEP_SOCKETS);
    await chat.evaluate('window.sockets.at(-1).send(new Uint8Array(1))');
    await chat.reaches('stopped');
    await chat.page.getByText('it could not understand this page').waitFor();
    expect(await chat.send.isDisabled()).toBe(true);
    await chat.say('stays in the field');
    expect(await chat.field.inputValue()).toBe('stays in the field');
    await chat.page.getByRole('button', { name: 'Connect again' }).click();
    await chat.reaches('connected');
    await chat.send.click();
    expect(await chat.textsWhen(1)).toEqual(['stays in the field']);
    expect(await chat.page.getByRole('button', { name: 'Connect again' }).isVisible()).toBe(false);
  });

  it('says that a room can’t be called so, and leads to one that can', async () => {
    const chat = await ChatPage.open(browser, `${daemon.url}?room=Not%20<b>this`);
    await chat.reaches('stopped');
    const alert = await chat.page.getByRole('alert').textContent();
    expect(alert).toContain('“Not <b>this”');
    expect(alert).toContain(ROOM_NAME_RULE);
    expect(await chat.send.isDisabled()).toBe(true);
    await chat.page.getByRole('link', { name: 'Go to the lobby' }).click();
    await chat.reaches('connected');
    await chat.page.getByText('Room lobby').waitFor();
  });

  it.each([
    ['Workshop', 'workshop'],
    ['my room', 'my-room'],
    ['Café – Süd!', 'cafe-sud'],
  ])('offers the room that ?room=%s may mean, and goes there', async (name, room) => {
    const chat = await ChatPage.open(browser, `${daemon.url}?room=${encodeURIComponent(name)}`);
    await chat.reaches('stopped');
    await chat.page.getByRole('link', { name: `Go to ${room}` }).click();
    await chat.reaches('connected');
    await chat.page.getByText(`Room ${room}`).waitFor();
  });

  it('shows the number of the tick without a pause, and it goes up', async () => {
    const chat = await ChatPage.connected(browser, daemon.url);
    await until('a tick', async () => !Number.isNaN(await chat.tick()));
    const first = await chat.tick();
    await until('the next tick', async () => (await chat.tick()) === first + 1);
    expect(await chat.page.getByRole('timer').getAttribute('aria-live')).toBe('off');
  });
});
