import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { ROOM_NAME_RULE } from '../../src/protocol/room-name.js';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';

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

  it('keeps what is written while there is none, and says why it can’t be sent', async () => {
    const chat = await ChatPage.connected(browser, daemon.url);
    await daemon.stop();
    await chat.reaches('waiting');
    expect(await chat.page.getByRole('status').textContent()).toContain('Reconnecting');
    await chat.say('written in between');
    expect(await chat.send.isDisabled()).toBe(true);
    await chat.page.getByText('Not connected. What you write stays here').waitFor();
    daemon = await startDaemon(['--port', String(daemon.port)]);
    await chat.reaches('connected');
    expect(await chat.field.inputValue()).toBe('written in between');
    await chat.send.click();
    expect(await chat.textsWhen(1)).toEqual(['written in between']);
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

  it('stops when a message was too long, gives it back, and connects again when asked', async () => {
    const chat = await ChatPage.connected(browser, daemon.url);
    const tooLong = 'long '.repeat(1000);
    await chat.say(tooLong);
    await chat.reaches('stopped');
    await chat.page.getByText('That message was too long').waitFor();
    expect(await chat.send.isDisabled()).toBe(true);
    expect(await chat.field.inputValue()).toBe(tooLong);
    await chat.page.getByRole('button', { name: 'Connect again' }).click();
    await chat.reaches('connected');
    await chat.say('short');
    expect(await chat.textsWhen(1)).toEqual(['short']);
    expect(await chat.page.getByRole('button', { name: 'Connect again' }).isVisible()).toBe(false);
  });

  it('says that a room can’t be called so and connects nowhere', async () => {
    const chat = await ChatPage.connected(browser, daemon.url);
    const sockets: string[] = [];
    chat.page.on('websocket', (socket) => sockets.push(socket.url()));
    await chat.page.goto(`${daemon.url}?room=Not%20<b>this`);
    const alert = await chat.page.getByRole('alert').textContent();
    expect(alert).toContain('“Not <b>this”');
    expect(alert).toContain(ROOM_NAME_RULE);
    expect(await chat.send.isDisabled()).toBe(true);
    expect(sockets).toEqual([]);
    await chat.page.getByRole('link', { name: 'Go to the lobby' }).click();
    await chat.reaches('connected');
    expect(sockets).toEqual([`ws://127.0.0.1:${daemon.port}/ws`]);
  });

  it('shows the number of the tick without a pause, and it goes up', async () => {
    const chat = await ChatPage.connected(browser, daemon.url);
    await until('a tick', async () => !Number.isNaN(await chat.tick()));
    const first = await chat.tick();
    await until('the next tick', async () => (await chat.tick()) === first + 1);
    expect(await chat.page.getByRole('timer').getAttribute('aria-live')).toBe('off');
  });
});
