import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium, launchFirefox } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';

const TEXTS = [
  'tick:9',
  'msg:a:b::c',
  '<img src=x onerror="document.title=\'hit\'"><script>document.title="hit"</script>',
  '&lt;b&gt; &amp; "quotes"',
  'two\nlines\n\n  and an indent',
  '  spaces around  ',
  '\ttab\tseparated',
  '👩‍👩‍👧‍👦 🏳️‍🌈 é e\u0301',
  'مرحبا بالعالم',
  'no end to this word: ' + 'x'.repeat(600),
];

describe.each([
  ['Chromium', launchChromium],
  ['Firefox', launchFirefox],
])('messages in %s', (_name, launch) => {
  let browser: Browser;
  let daemon: Daemon;
  let writer: ChatPage;
  let reader: ChatPage;

  beforeAll(async () => {
    daemon = await startDaemon();
    browser = await launch();
    writer = await ChatPage.connected(browser, daemon.url);
    reader = await ChatPage.connected(browser, daemon.url);
  });

  afterAll(async () => {
    await browser.close();
    await daemon.kill();
  });

  it('arrive exactly as typed, as text, once', async () => {
    for (const text of TEXTS) await writer.say(text);
    expect(await reader.textsWhen(TEXTS.length)).toEqual(TEXTS);
    expect(await writer.textsWhen(TEXTS.length)).toEqual(TEXTS);
    for (const { page } of [writer, reader]) {
      expect(await page.locator('[role=log] :is(img, script, b)').count()).toBe(0);
      expect(await page.title()).toBe('lobby · tickchat');
    }
    expect(reader.complaints).toEqual([]);
  });

  it('are taken from the keyboard: Enter sends, Shift+Enter starts a new line', async () => {
    await writer.field.pressSequentially('first');
    await writer.field.press('Shift+Enter');
    await writer.field.pressSequentially('second');
    await writer.field.press('Enter');
    expect((await reader.textsWhen(TEXTS.length + 1)).at(-1)).toBe('first\nsecond');
    expect(await writer.field.inputValue()).toBe('');
  });

  it('are not sent by the Enter that ends a composition, nor while they are blank', async () => {
    await writer.field.fill('にほ');
    const prevented = await writer.evaluate<boolean>(
      `!document.getElementById('text').dispatchEvent(new KeyboardEvent('keydown',
        { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))`,
    );
    expect(prevented).toBe(false);
    expect(await writer.field.inputValue()).toBe('にほ');
    await writer.say(' \n\t ');
    expect(await writer.field.inputValue()).toBe(' \n\t ');
    await writer.say('after');
    expect((await reader.textsWhen(TEXTS.length + 2)).slice(TEXTS.length + 1)).toEqual(['after']);
  });

  it('stay in their room', async () => {
    const inRoom = await ChatPage.connected(browser, `${daemon.url}client.html?room=team-a`);
    expect(await inRoom.page.title()).toBe('team-a · tickchat');
    await inRoom.page.getByText('Room team-a').waitFor();
    await writer.say('for the lobby');
    await inRoom.say('for team-a');
    expect(await inRoom.textsWhen(1)).toEqual(['for team-a']);
    await writer.textsWhen(TEXTS.length + 3);
    expect(await writer.texts()).not.toContain('for team-a');
  });
});
