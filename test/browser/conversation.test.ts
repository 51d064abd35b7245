import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { BROWSERS, type Screens } from '../support/screens.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

const MARKUP = '<img src=x onerror=alert(1)>';
const PENDING = `document.querySelectorAll('#log .pending').length`;
const FAILED = `document.querySelector('#log .failed')`;
const GAPS = `document.querySelectorAll('#log .gap').length`;
const OWN = `[...document.querySelectorAll('#log .own .text')].map((text) => text.textContent)`;

describe.each(BROWSERS)('the conversation in %s', (_name, launch) => {
  let browser: Screens;
  let daemon: Daemon;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    daemon = await startDaemon();
  });
  afterEach(async () => {
    await daemon.kill();
  });

  it('is exchanged with others, and is still there after a reload', async () => {
    const screen = await browser.open(daemon.url);
    const other = await V1Client.join(daemon.port, { name: 'Ben' });
    await screen.say('Hello?');
    expect(await other.next('msg')).toMatchObject({ text: 'Hello?' });
    other.send('msg', { id: '1', text: 'Hello!' });
    expect(await screen.textsWhen(2)).toEqual(['Hello?', 'Hello!']);
    await screen.reload();
    expect(await screen.textsWhen(2)).toEqual(['Hello?', 'Hello!']);
    expect(await screen.evaluate(OWN)).toEqual(['Hello?']);
    expect(await screen.evaluate(`document.getElementById('online').textContent`)).toBe('2 here');
    other.ws.terminate();
  });

  it('shows names as what they are: data', async () => {
    const screen = await browser.open(daemon.url);
    const other = await V1Client.join(daemon.port, { name: MARKUP });
    other.send('msg', { id: '1', text: MARKUP });
    await screen.textsWhen(1);
    expect(await screen.evaluate(`document.querySelector('#log .who bdi').textContent`)).toBe(
      MARKUP,
    );
    expect(await screen.evaluate(`document.querySelectorAll('#log img').length`)).toBe(0);
    expect(await screen.evaluate('document.title')).toBe('lobby · tickchat');
    other.ws.terminate();
  });

  it('gets what was pending when the server was killed, once, and says what is missing', async () => {
    const screen = await browser.open(daemon.url);
    await screen.say('in the first life');
    await screen.textsWhen(1);
    await daemon.kill();
    await screen.reaches('reconnecting');
    await screen.say('pending');
    expect(await screen.evaluate(PENDING)).toBe(1);
    expect(await screen.texts()).toEqual(['in the first life']);
    daemon = await startDaemon(['--port', String(daemon.port)]);
    await screen.evaluate(`dispatchEvent(new Event('online'))`);
    expect(await screen.textsWhen(2)).toEqual(['in the first life', 'pending']);
    expect(await screen.evaluate(PENDING)).toBe(0);
    expect(await screen.evaluate(GAPS)).toBe(1);
    const newcomer = await V1Client.join(daemon.port);
    expect(newcomer.all('msg').map(({ text }) => text)).toEqual(['pending']);
    newcomer.ws.terminate();
  });

  it('goes on without a gap where the server keeps its log in a directory', async () => {
    await daemon.kill();
    const directory = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
    daemon = await startDaemon(['--data-dir', directory]);
    const screen = await browser.open(daemon.url);
    await screen.say('in the first life');
    await screen.textsWhen(1);
    await daemon.kill();
    await screen.reaches('reconnecting');
    await screen.say('pending');
    daemon = await startDaemon(['--data-dir', directory, '--port', String(daemon.port)]);
    await screen.evaluate(`dispatchEvent(new Event('online'))`);
    expect(await screen.textsWhen(2)).toEqual(['in the first life', 'pending']);
    expect([await screen.evaluate(PENDING), await screen.evaluate(GAPS)]).toEqual([0, 0]);
    await screen.reload();
    expect(await screen.textsWhen(2)).toEqual(['in the first life', 'pending']);
    await daemon.kill();
    rmSync(directory, { recursive: true });
  });

  it('keeps over a reload what could not be sent yet, and asks before another log gets it', async () => {
    const screen = await browser.open(daemon.url);
    const url = daemon.port;
    await daemon.kill();
    await screen.reaches('reconnecting');
    await screen.say('said offline');
    daemon = await startDaemon(['--port', String(url)]); // the page can't know that it is the same
    await screen.reload();
    await until('it asks', () => screen.evaluate<boolean>(`${FAILED} !== null`));
    expect(await screen.evaluate(`${FAILED}.textContent`)).toContain('restarted, or is another');
    const newcomer = await V1Client.join(daemon.port);
    expect(newcomer.all('msg')).toEqual([]);
    newcomer.ws.terminate();
    await screen.evaluate(`${FAILED}.querySelector('button').click()`);
    expect(await screen.textsWhen(1)).toEqual(['said offline']);
    await screen.reload();
    await screen.reaches('connected');
    await screen.say('a second one');
    expect(await screen.textsWhen(2)).toEqual(['said offline', 'a second one']);
  });

  it('sends over a reload, once, what the same server did not confirm yet', async () => {
    const screen = await browser.open(daemon.url);
    await screen.evaluate(`WebSocket.prototype.send = () => {}`); // it goes nowhere
    await screen.say('said into the void');
    expect(await screen.evaluate(PENDING)).toBe(1);
    await screen.reload();
    expect(await screen.textsWhen(1)).toEqual(['said into the void']);
    expect(await screen.evaluate(PENDING)).toBe(0);
  });

  it('is one and the same in two tabs of one person', async () => {
    const first = await browser.open(daemon.url);
    const second = await first.tab();
    await first.say('from the first tab');
    await second.textsWhen(1);
    await second.say('from the second tab');
    for (const screen of [first, second]) {
      const texts = ['from the first tab', 'from the second tab'];
      expect(await screen.textsWhen(2)).toEqual(texts);
      await until('all are one’s own', async () => {
        const own = await screen.evaluate<string[]>(OWN);
        return JSON.stringify(own) === JSON.stringify(texts);
      });
      const here = await screen.evaluate(`document.getElementById('online').textContent`);
      expect(here).toBe('1 here');
    }
  });
});
