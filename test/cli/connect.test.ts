import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from '../support/command.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

/** Each test starts processes, ms. */
jest.setTimeout(30_000);

let server: TestServer;
let ben: V1Client;

beforeEach(async () => {
  server = await startTestServer();
  ben = await V1Client.join(server.port, { name: 'ben' });
  ben.send('msg', { id: 'b1', text: 'were you there?' });
  await ben.next('msg');
});

afterEach(async () => {
  ben.ws.close();
  await server.stop();
});

describe('tickchat connect without a terminal', () => {
  it('says the lines of a pipe, and shows plain lines without a prompt', async () => {
    const chat = Command.piped('connect', server.url, '--name', 'pipe');
    chat.ends('one\n\ntwo\n');
    expect(await chat.exited).toBe(0);
    const texts = [await ben.next('msg', 1), await ben.next('msg', 2)].map(({ text }) => text);
    expect(texts).toEqual(['one', 'two']);
    const lines = chat.stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('-- not connected; the message is queued');
    expect(lines).toContain('-- connected to lobby as pipe, 2 here');
    for (const line of lines) expect(line).toMatch(/^(-- |\d\d:\d\d \w+: )/);
  });

  it('leaves when nobody reads its output any more', async () => {
    const chat = Command.piped('connect', server.url);
    await chat.shows('-- connected');
    chat.stopReading();
    ben.send('msg', { id: 'b2', text: 'hello?' });
    expect(await chat.exited).toBe(0);
  });

  it('leaves when asked to', async () => {
    const chat = Command.piped('connect', server.url);
    await chat.shows('-- connected');
    chat.signal('SIGTERM');
    expect(await chat.exited).toBe(0);
  });

  it('fails in one line when there can be no such room', async () => {
    const chat = Command.piped('connect', server.url, '--room', 'No');
    expect(await chat.exited).toBe(2);
    expect(chat.stderr).toMatch(/^tickchat: --room "No": a room is [^\n]*\n$/);
  });

  it('fails in one line when the address names such a room', async () => {
    const chat = Command.piped('connect', `${server.url}/?room=No`);
    expect(await chat.exited).toBe(1);
    expect(chat.stderr).toMatch(/^tickchat: the \?room= of the URL: a room is [^\n]*\n$/);
  });

  it('fails when what was said last is not receipted', async () => {
    const chat = Command.piped('connect', server.url);
    chat.ends(`${'x'.repeat(5000)}\n`);
    expect(await chat.exited).toBe(1);
    expect(chat.stderr).toMatch(/^tickchat: not sent: text takes up to 4096 bytes/);
  });
});

describe('tickchat --help', () => {
  it.each(['connect', 'send'])('fits 80 columns for %s', async (command) => {
    const help = Command.piped(command, '--help');
    expect(await help.exited).toBe(0);
    for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });
});
