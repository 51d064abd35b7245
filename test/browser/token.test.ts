import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { inSeconds, SECRET, TemporaryFiles, tokenWith } from '../support/tokens.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

describe('the page and its token', () => {
  const files = new TemporaryFiles();
  let browser: Browser;
  let daemon: Daemon;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    files.remove();
  });
  beforeEach(async () => {
    daemon = await startDaemon(['--auth-secret-file', files.write('secret', SECRET)]);
  });
  afterEach(async () => {
    await daemon.kill();
  });

  const open = async (claims: object) =>
    ChatPage.open(browser, `${daemon.url}?room=class-1#token=${await tokenWith(claims)}`);

  it('comes from the fragment, leaves the address, and stays with the tab', async () => {
    const chat = await open({ rooms: ['class-*'], name: 'Ann' });
    await chat.reaches('connected');
    expect(await chat.evaluate('location.href')).toBe(`${daemon.url}?room=class-1`);
    await chat.reload();
    await chat.reaches('connected');
    const reader = await V1Client.join(daemon.port, {
      room: 'class-1',
      token: await tokenWith({ sub: 'ben' }),
    });
    await chat.say('I am in');
    expect(await reader.next('msg')).toMatchObject({ text: 'I am in', from: { name: 'Ann' } });
    const [said] = await chat.textsWhen(1);
    expect(said).toBe('I am in');
    expect(await chat.evaluate('JSON.stringify(localStorage)')).not.toContain('eyJ');
    reader.ws.terminate();
  });

  it('says what the reader is called, which they can not change then', async () => {
    const chat = await open({ name: 'Ann' });
    await chat.reaches('connected');
    expect(await chat.name.inputValue()).toBe('Ann');
    expect(await chat.name.isEditable()).toBe(false);
    const free = await open({});
    await free.reaches('connected');
    expect(await free.name.isEditable()).toBe(true);
  });

  it.each([
    [
      'that has expired',
      { exp: inSeconds(-3600) },
      'You can’t come in here: the token has expired. Ask for a new link, and paste it here.',
    ],
    [
      'of other rooms',
      { rooms: ['x'] },
      "You can’t come in here: the token doesn't open this room. Ask for a new link, and paste it here.",
    ],
  ])('%s is refused, and the page says why', async (_what, claims, words) => {
    const chat = await open(claims);
    await chat.reaches('stopped');
    expect(await chat.page.getByRole('alert').textContent()).toBe(words);
    expect(await chat.send.isDisabled()).toBe(true);
  });

  it('is asked for by the page of a server that wants one', async () => {
    const chat = await ChatPage.open(browser, daemon.url);
    await chat.reaches('stopped');
    const words =
      'You can’t come in here: a token is needed. Ask for a new link, and paste it here.';
    expect(await chat.page.getByRole('alert').textContent()).toBe(words);
    const above = `getComputedStyle(document.getElementById('log'), '::before').content`;
    expect(await chat.evaluate(above)).toBe('none'); // who is not in can't know what was said
  });

  it('may be replaced by a new one in the address of the open page', async () => {
    const chat = await open({ rooms: ['x'] });
    await chat.reaches('stopped');
    await chat.evaluate(`void (location.hash = 'token=${await tokenWith({})}')`);
    await chat.reaches('connected');
    expect(await chat.evaluate('location.href')).toBe(`${daemon.url}?room=class-1`);
  });

  it.each([
    ['a token', (one: string) => ` ${one} `],
    ['a link', (one: string) => `${daemon.url}?room=class-1#token=${one}`],
  ])('may be replaced by %s that the reader pastes', async (_what, textOf) => {
    const chat = await open({ rooms: ['x'] });
    await chat.reaches('stopped');
    await chat.page.getByLabel('A new link or token').fill(textOf(await tokenWith({})));
    await chat.page.getByRole('button', { name: 'Use it' }).click();
    await chat.reaches('connected');
    expect(await chat.evaluate('location.href')).toBe(`${daemon.url}?room=class-1`);
  });

  it('for reading only has no field to write in', async () => {
    const chat = await open({ write: false });
    await chat.reaches('connected');
    await chat.page.getByText('You can read here, but not write.').waitFor();
    expect(await chat.send.isVisible()).toBe(false);
    expect(await chat.name.isVisible()).toBe(false);
  });

  it('takes a name back that was the reader’s own choice before', async () => {
    const chat = await open({ name: 'Ann' });
    await chat.reaches('connected');
    await chat.evaluate(`localStorage.setItem('tickchat.name', 'Ann')`);
    await chat.reload();
    await chat.reaches('connected');
    await chat.name.fill('Zoe');
    await chat.name.press('Enter');
    await until('the old one', async () => (await chat.name.inputValue()) === 'Ann');
    expect(await chat.name.isEditable()).toBe(false);
  });

  it('that ends takes the reader out', async () => {
    const chat = await open({ exp: inSeconds(5) });
    await chat.reaches('connected');
    await chat.reaches('stopped');
    const words =
      'You can’t come in here: the token has expired. Ask for a new link, and paste it here.';
    expect(await chat.page.getByRole('alert').textContent()).toBe(words);
  });
});
