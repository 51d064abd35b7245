import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Command } from '../support/command.js';
import { startDaemon } from '../support/daemon.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { SECRET, TemporaryFiles, tokenWith } from '../support/tokens.js';
import { V1Client } from '../support/v1-client.js';

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
/** Clears the screen and sets the title of a terminal. */
const EVIL = 'a\u001b[2Jb\u001b]0;owned\u0007c\u009b31md';

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
    expect(chat.stdout.match(/I am now/g)).toHaveLength(1); // its echo is not printed
  });

  it('does what commands say, and leaves on Ctrl+D', async () => {
    const chat = Command.inTerminal('connect', server.url, '--name', 'ann');
    await chat.shows('-- connected to lobby as ann');
    chat.types('/name Zoe\r/who\r');
    await chat.shows('-- you are Zoe in lobby; 2 here');
    chat.types('//shrug\r');
    expect(await ben.next('msg', 1)).toMatchObject({ text: '/shrug', from: { name: 'Zoe' } });
    chat.types('see you\r/room game\r'); // sent before it leaves the room
    expect(await ben.next('msg', 2)).toMatchObject({ text: 'see you' });
    await chat.shows('-- connected to game as Zoe, 1 here');
    chat.types('/room No Room\r');
    await chat.shows('-- no such room: a room is 1 to 64');
    chat.types('/who\r');
    await chat.shows(/no such room[^]*you are Zoe in game/);
    chat.types('/dance\r/help\r');
    await chat.shows('-- /dance is not a command; /help lists the commands');
    await chat.shows('/room NAME    join another room');
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

  it('says that a token is for reading only', async () => {
    const files = new TemporaryFiles();
    const daemon = await startDaemon(['--auth-secret-file', files.write('secret', SECRET)]);
    const token = await tokenWith({ write: false });
    const chat = Command.inTerminal('connect', daemon.url, '--token', token);
    await chat.shows('-- this token is for reading only');
    chat.types('may I?\r');
    await chat.shows('-- not sent: the token is for reading only');
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
    await chat.shows('-- not connected; the message is queued');
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
