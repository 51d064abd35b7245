import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from '../support/root.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

describe('examples/bot.mjs', () => {
  let server: TestServer;
  let bot: ChildProcess;
  let ann: V1Client;

  beforeAll(async () => {
    server = await startTestServer({ tick: '50ms' });
    ann = await V1Client.join(server.port, { room: 'bots', name: 'Ann' });
    ann.send('msg', { id: 'old', text: '!tick' });
    await ann.untilMessages(1);
    bot = spawn(process.execPath, [join(ROOT, 'examples/bot.mjs'), server.url, 'bots'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await ann.inbox.until('the bot', () => ann.all('online').some(({ n }) => n === 2));
  });

  afterAll(async () => {
    bot.kill('SIGKILL');
    ann.ws.terminate();
    await server.stop();
  });

  it('answers what is asked from then on', async () => {
    ann.send('msg', { id: '1', text: '!tick' });
    const [, , answer] = await ann.untilMessages(3);
    expect(answer).toMatchObject({ from: { name: 'Bot' } });
    expect(answer?.text).toMatch(/^It is tick \d+\.$/);
    ann.send('msg', { id: '2', text: '!seen Ann' });
    ann.send('msg', { id: '3', text: '!seen <b>' });
    const texts = (await ann.untilMessages(7)).map(({ text }) => text);
    expect(texts).toContainEqual(expect.stringMatching(/^Ann spoke at \d{4}-.*Z\.$/));
    expect(texts.at(-1)).toBe('<b>? Never.');
  });

  it('leaves when it is told to', async () => {
    const exit = once(bot, 'exit');
    bot.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
