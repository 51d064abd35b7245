import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Hello } from '../../src/protocol/v1.js';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { Middlebox } from '../support/middlebox.js';
import { startNginx } from '../support/nginx.js';
import { PlainClient } from '../support/plain-client.js';
import { until } from '../support/until.js';

/** Target: a page behind a proxy that blocks WebSockets is connected by then. */
const CONNECTED_WITHIN_MS = 5000;

/** Keeps what a plain EventSource gets. */
const READ_EVENTS = `(() => {
  window.got = [];
  const source = new EventSource('api/rooms/lobby/events');
  for (const type of ['hello', 'msg', 'tick']) {
    source.addEventListener(type, ({ data, lastEventId }) => {
      got.push({ type, lastEventId, data: JSON.parse(data) });
    });
  }
})()`;

interface Got {
  readonly type: string;
  readonly lastEventId: string;
  readonly data: unknown;
}

describe('a browser without WebSockets', () => {
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

  it('shows the page behind nginx all the same, and says so quietly', async () => {
    const nginx = await startNginx(daemon.port);
    const ann = await ChatPage.open(browser, nginx.url);
    const status = ann.page.locator('#status[data-state="connected"]');
    await status.waitFor({ timeout: CONNECTED_WITHIN_MS });
    expect(await status.textContent()).toContain('Connected without WebSocket');
    const ben = await ChatPage.connected(browser, daemon.url);
    expect(await ben.page.locator('#state').textContent()).toBe('Connected');
    await ann.say('through the wall');
    expect(await ben.textsWhen(1)).toEqual(['through the wall']);
    await ben.say('and back');
    expect(await ann.textsWhen(2)).toEqual(['through the wall', 'and back']);
    const tick = await ann.tick();
    await until('the clock goes on', async () => (await ann.tick()) > tick);
    await nginx.stop();
  });

  it('says what is wrong in a sixth tab, which goes on when another is closed', async () => {
    const nginx = await startNginx(daemon.port);
    const first = await ChatPage.open(browser, nginx.url);
    await first.reaches('connected');
    const second = await first.tab();
    for (let i = 3; i <= 5; i += 1) await first.tab();
    const sixth = await first.page.context().newPage();
    await sixth.goto(nginx.url);
    await sixth.getByText('too many tabs of this server are open').waitFor({ timeout: 30_000 });
    expect(await sixth.locator('#status').getAttribute('data-state')).not.toBe('stopped');
    await second.page.close();
    await sixth.locator('#status[data-state="connected"]').waitFor({ timeout: 30_000 });
    await first.say('still here');
    await sixth.locator('#log .text', { hasText: 'still here' }).waitFor({ timeout: 30_000 });
    await nginx.stop();
  }, 120_000);

  it('reads a room with EventSource, which goes on after a lost connection', async () => {
    const box = new Middlebox(() => daemon.port);
    box.open = true;
    const url = `http://127.0.0.1:${await box.listen()}/`;
    const chat = await ChatPage.open(browser, `${url}style.css`); // of the server, and quiet
    const got = (type: string): Promise<Got[]> =>
      chat.evaluate<Got[]>(`got.filter((event) => event.type === '${type}')`);
    await chat.page.evaluate(READ_EVENTS);
    await until('hello', async () => (await got('hello')).length === 1);
    const ann = await PlainClient.connect(daemon.port);
    ann.send('first');
    await until('the first message', async () => (await got('msg')).length === 1);
    await until('a tick', async () => (await got('tick')).length > 0);
    box.cut();
    ann.send('meanwhile');
    await until('the second message', async () => (await got('msg')).length === 2);
    const [, again] = (await got('hello')).map(({ data }) => data as Hello);
    expect(again).toMatchObject({ recovered: true });
    const messages = await got('msg');
    expect(messages.map(({ lastEventId }) => lastEventId)).toEqual([
      `${again?.log.epoch}:1`,
      `${again?.log.epoch}:2`,
    ]);
    ann.ws.close();
    await chat.page.close();
    box.close();
  });
});
