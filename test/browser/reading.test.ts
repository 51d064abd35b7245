import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Browser } from 'playwright-core';
import { WebSocket } from 'ws';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';

describe('reading the log', () => {
  let browser: Browser;
  let daemon: Daemon;
  let chat: ChatPage;
  let speaker: WebSocket;
  let spoken: number;
  let room = 0;

  beforeAll(async () => {
    browser = await launchChromium();
    daemon = await startDaemon(['--rate', '0']);
  });
  afterAll(async () => {
    await browser.close();
    await daemon.kill();
  });
  beforeEach(async () => {
    room += 1;
    const viewport = { width: 900, height: 600 };
    chat = await ChatPage.connected(browser, `${daemon.url}?room=r${room}`, { viewport });
    speaker = new WebSocket(`ws://127.0.0.1:${daemon.port}/ws?room=r${room}`);
    spoken = 0;
    await once(speaker, 'open');
  });
  afterEach(async () => {
    speaker.terminate();
    await chat.page.context().close();
  });

  it('follows the newest message', async () => {
    await speak(60);
    expect(await distanceToEnd()).toBeLessThan(2);
    await chat.page.setViewportSize({ width: 400, height: 400 });
    await until('the end in a smaller window', async () => (await distanceToEnd()) < 2);
    await speak(1);
    expect(await distanceToEnd()).toBeLessThan(2);
    expect(await chat.newer.isVisible()).toBe(false);
  });

  it('stays where the reader has scrolled to and says how many came since', async () => {
    await speak(60);
    await scrollUp();
    const before = await scrollTop();
    await speak(1);
    await chat.page.getByRole('button', { name: '1 new message', exact: true }).waitFor();
    await speak(2);
    await chat.page.getByRole('button', { name: '3 new messages' }).waitFor();
    expect(await scrollTop()).toBe(before);
    await chat.newer.click();
    expect(await chat.newer.isVisible()).toBe(false);
    await until('the end', async () => (await distanceToEnd()) < 2);
    await speak(1);
    expect(await distanceToEnd()).toBeLessThan(2);
  });

  it('follows again when the reader goes to the end, or says something', async () => {
    await speak(60);
    await scrollUp();
    await speak(1);
    await chat.newer.waitFor();
    await chat.log.press('End');
    await chat.newer.waitFor({ state: 'hidden' });
    await until('the end', async () => (await distanceToEnd()) < 2); // scrolling may be smooth
    await scrollUp();
    await chat.say('here I am');
    spoken += 1;
    await until('the end', async () => (await distanceToEnd()) < 2);
  });

  it('keeps the newest thousand, and the place of a reader in their midst', async () => {
    await speak(1000);
    await chat.evaluate(`(() => {
      const log = document.getElementById('log');
      log.scrollTop = log.scrollHeight / 2;
    })()`);
    const middle = chat.log.getByText('line 505', { exact: true });
    await until('the middle in view', async () => ((await middle.boundingBox())?.y ?? -1) > 0);
    const before = await middle.boundingBox();
    await speak(30);
    await chat.page.getByRole('button', { name: '30 new messages' }).waitFor();
    expect(await chat.log.locator('.message').count()).toBe(1000);
    expect((await chat.texts())[0]).toBe('line 31');
    expect(await middle.boundingBox()).toEqual(before);
  });

  it('survives a burst of many thousand messages', async () => {
    await speak(5000);
    const texts = await chat.texts();
    expect(texts).toHaveLength(1000);
    expect(texts[0]).toBe('line 4001');
    expect(await distanceToEnd()).toBeLessThan(2);
  });

  async function speak(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      spoken += 1;
      speaker.send(`line ${spoken}`);
    }
    const last = `line ${spoken}`;
    await until(last, async () => {
      const text = await chat.log.locator('.message:last-child .text').textContent();
      return text === last;
    });
  }

  async function scrollUp(): Promise<void> {
    const before = await scrollTop();
    await chat.log.hover();
    await chat.page.mouse.wheel(0, -400);
    await until('scrolled', async () => (await scrollTop()) === before - 400);
  }

  const scrollTop = () => chat.evaluate<number>(`document.getElementById('log').scrollTop`);

  const distanceToEnd = () =>
    chat.evaluate<number>(`(() => {
      const log = document.getElementById('log');
      return log.scrollHeight - log.scrollTop - log.clientHeight;
    })()`);
});
