import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from '../support/command.js';
import { startDaemon } from '../support/daemon.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { SECRET, TemporaryFiles, tokenWith } from '../support/tokens.js';
import { V1Client } from '../support/v1-client.js';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
/** Clears the screen and sets the title, if a terminal obeys. */
const EVIL = 'a\u001b[2Jb\u001b]0;owned\u0007c\u009b31md';

/** Each of these starts processes. */
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

describe('tickchat connect in a terminal', () => {
  it('shows history, others and the tick, says what is typed, and leaves on Ctrl+C', async () => {
    const chat = Command.inTerminal('connect', `127.0.0.1:${server.port}`, '--name', 'ann');
    await chat.shows('-- connected to lobby as ann, 2 here');
    await chat.shows(/\d\d:\d\d ben: were you there\?/);
    await chat.shows(/\[\d+\] ann> /);
    chat.types('I am now\r');
    expect(await ben.next('msg', 1)).toMatchObject({ text: 'I am now', from: { name: 'ann' } });
    chat.types('half a li');
    ben.send('msg', { id: 'b2', text: 'what?\nben: two lines' });
    await chat.shows(/\d\d:\d\d ben: what\?\r\n {6}ben: two lines\r\n/);
    await chat.shows(/two lines[^]*\[\d+\] ann> half a li/); // what is being typed stays
    chat.types(CTRL_C);
    expect(await chat.exited).toBe(0);
    expect(chat.stdout.match(/I am now/g)).toHaveLength(1); // typed; its copy isn't shown again
  });

  it('does what commands say, and leaves on Ctrl+D', async () => {
    const chat = Command.inTerminal('connect', server.url, '--name', 'ann');
    await chat.shows('-- connected to lobby as ann');
    chat.types('/name Zoe\r/who\r');
    await chat.shows('-- you are Zoe in lobby; 2 here');
    chat.types('//shrug\r');
    expect(await ben.next('msg', 1)).toMatchObject({ text: '/shrug', from: { name: 'Zoe' } });
    chat.types('see you\r/room game\r'); // said before it leaves, though its receipt comes after
    expect(await ben.next('msg', 2)).toMatchObject({ text: 'see you' });
    await chat.shows('-- connected to game as Zoe, 1 here');
    chat.types('/room No Room\r');
    await chat.shows('-- no such room: a room is 1 to 64');
    await chat.shows(/no such room[^]*connected to game as Zoe/);
    chat.types('/dance\r/help\r');
    await chat.shows('-- /dance is no command; /help lists them');
    await chat.shows('/room NAME    go to another room');
    chat.types(CTRL_D);
    expect(await chat.exited).toBe(0);
  });

  it('says that a name is the token’s, and goes on showing that', async () => {
    const files = new TemporaryFiles();
    const daemon = await startDaemon(['--auth-secret-file', files.write('secret', SECRET)]);
    const token = await tokenWith({ name: 'Ann' });
    const chat = Command.inTerminal('connect', daemon.url, '--name', 'x', '--token', token);
    await chat.shows('-- connected to lobby as Ann');
    await chat.shows(/\[\d+\] Ann> /);
    chat.types('/name Zoe\r');
    await chat.shows('-- not renamed: the name is that of the token; you are Ann');
    chat.types('/who\r/room game\r');
    await chat.shows('-- you are Ann in lobby');
    await chat.shows('-- connected to game as Ann');
    chat.types(CTRL_C);
    await chat.exited;
    await daemon.kill();
    files.remove();
  });

  it('does not obey what others say or are called', async () => {
    const eve = await V1Client.join(server.port, { name: 'eve\u202e' });
    const chat = Command.inTerminal('connect', server.url);
    await chat.shows('-- connected');
    eve.send('msg', { id: 'e', text: EVIL });
    await chat.shows('eve: a[2Jb]0;ownedc31md');
    expect(chat.stdout).not.toContain('\u001b[2J');
    expect(chat.stdout).not.toContain('\u001b]0;');
    expect(chat.stdout).not.toContain('\u009b');
    expect(chat.stdout).not.toContain('\u202e');
    chat.types(CTRL_C);
    await chat.exited;
    eve.ws.close();
  });

  it('says when the connection is lost and when it is back, and has missed nothing', async () => {
    const daemon = await startDaemon();
    const chat = Command.inTerminal('connect', daemon.url, '--name', 'ann');
    await chat.shows('-- connected');
    await daemon.stop();
    await chat.shows('-- not connected, trying again');
    chat.types('into the void\r');
    await chat.shows('-- not connected; it waits');
    const again = await startDaemon(['--port', String(daemon.port)]);
    await chat.shows(/trying again[^]*-- connected to lobby as ann/);
    const other = await V1Client.join(again.port);
    expect(await other.next('msg')).toMatchObject({ text: 'into the void' });
    other.ws.close();
    chat.types(CTRL_C);
    expect(await chat.exited).toBe(0);
    await again.stop();
  });
});

describe('tickchat connect without a terminal', () => {
  it('says the lines of a pipe, and shows plain lines without a prompt', async () => {
    const chat = Command.piped('connect', server.url, '--name', 'pipe');
    chat.ends('one\n\ntwo\n');
    expect(await chat.exited).toBe(0);
    const texts = [await ben.next('msg', 1), await ben.next('msg', 2)].map(({ text }) => text);
    expect(texts).toEqual(['one', 'two']);
    const lines = chat.stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('-- not connected; it waits');
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
    expect(await chat.exited).toBe(1);
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
