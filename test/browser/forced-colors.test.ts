import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../support/browsers.js';
import { ChatPage } from '../support/chat-page.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

/** A text that no frame can carry: half a surrogate pair. */
const UNSENDABLE = '\ud83d';

/** In Chromium alone: playwright can't force the colours of the system's Firefox. */
describe.each(['light', 'dark'] as const)('with forced %s colours', (colorScheme) => {
  let browser: Browser;
  let daemon: Daemon;
  let chat: ChatPage;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    daemon = await startDaemon();
    chat = await ChatPage.connected(browser, daemon.url, { colorScheme, forcedColors: 'active' });
  });
  afterEach(async () => {
    await daemon.kill();
  });

  /** Some styles of the first element of `selector`, or of what is generated before or after it. */
  const styles = (selector: string, names: readonly string[], part?: '::before' | '::after') =>
    chat.evaluate<string[]>(`(() => {
      const element = document.querySelector('${selector}');
      const style = getComputedStyle(element, ${JSON.stringify(part)});
      return ${JSON.stringify(names)}.map((name) => style.getPropertyValue(name));
    })()`);
  const rule = (selector: string) =>
    styles(`${selector} .body`, ['border-left-width', 'border-left-style', 'border-left-color']);
  const dot = async () => {
    const [ground, border] = await styles(
      '#status',
      ['background-color', 'border-color'],
      '::before',
    );
    return ground === border ? 'filled' : 'hollow';
  };
  const ink = async () => (await styles('body', ['color']))[0];

  it('a rule runs along messages, thicker along own ones', async () => {
    const other = await V1Client.join(daemon.port, { name: 'Ben' });
    other.send('msg', { id: '1', text: 'hello' });
    await chat.say('hello');
    await chat.textsWhen(2);
    expect(await rule('.message:not(.own)')).toEqual(['2px', 'solid', await ink()]);
    expect(await rule('.own')).toEqual(['6px', 'solid', await ink()]);
    other.ws.terminate();
  });

  it('a message that was not sent has a double rule and words', async () => {
    await chat.evaluate(`(() => {
      document.getElementById('text').value = ${JSON.stringify(UNSENDABLE)};
      document.getElementById('send').click();
    })()`);
    await chat.page.getByText('Not sent: the server didn’t take it.').waitFor();
    expect(await rule('.failed')).toEqual(['6px', 'double', await ink()]);
  });

  it('a message on its way has a broken rule and words, and the dot is hollow', async () => {
    expect(await dot()).toBe('filled');
    await daemon.kill();
    await chat.reaches('reconnecting');
    await chat.say('are you there?');
    expect(await rule('.pending')).toEqual(['6px', 'dashed', await ink()]);
    expect(await styles('.pending .body', ['content'], '::after')).toEqual(['"Not sent yet"']);
    await until('a hollow dot', async () => (await dot()) === 'hollow');
    await chat.page.getByText('Reconnecting').waitFor();
  });

  it('the marks of the clock differ by their width, buttons have an edge', async () => {
    await until('a tick', async () => !Number.isNaN(await chat.tick()));
    expect(await styles('#marks .lit', ['stroke-width'])).toEqual(['4px']);
    expect(await styles('#marks .long:not(.lit)', ['stroke-width'])).toEqual(['1px']);
    const edge = await styles('#send', ['border-top-width', 'border-top-style']);
    expect(edge).toEqual(['1px', 'solid']);
  });
});
