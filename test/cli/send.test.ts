import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Command } from '../support/command.js';
import { Middlebox } from '../support/middlebox.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

/** Each test starts processes, ms. */
jest.setTimeout(30_000);

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ rate: '0', maxMessage: '1000', history: '5000' });
});

afterAll(() => server.stop());

async function send(...args: string[]): Promise<Command> {
  const command = Command.piped('send', ...args);
  command.ends();
  await command.exited;
  return command;
}

async function sendLines(input: string, ...args: string[]): Promise<Command> {
  const command = Command.piped('send', server.url, '-', ...args);
  command.ends(input);
  await command.exited;
  return command;
}

describe('tickchat send', () => {
  it('says one message under a name in a room, and says nothing itself', async () => {
    const client = await V1Client.join(server.port, { room: 'one' });
    const flags = ['--room', 'one', '--name', 'deploy'];
    const command = await send(`127.0.0.1:${server.port}`, 'done: 1.2', ...flags);
    expect(await command.exited).toBe(0);
    expect([command.stdout, command.stderr]).toEqual(['', '']);
    expect(await client.next('msg')).toMatchObject({ text: 'done: 1.2', from: { name: 'deploy' } });
    client.ws.close();
  });

  it('says every line of a long pipe, each once, in order, empty ones left out', async () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `line ${i}`);
    const command = await sendLines(`\n${lines.join('\n\r\n')}`, '--room', 'long');
    expect([await command.exited, command.stderr]).toEqual([0, '']);
    const client = await V1Client.join(server.port, {
      room: 'long',
      after: { epoch: (await headOf('long')).epoch, seq: 0 },
    });
    expect(client.all('msg').map(({ text }) => text)).toEqual(lines);
    client.ws.close();
  });

  it('does so where WebSockets are swallowed too', async () => {
    const box = new Middlebox(() => server.port);
    const url = `http://127.0.0.1:${await box.listen()}/?room=walled`;
    const command = await send(url, 'over the wall');
    expect([await command.exited, command.stderr]).toEqual([0, '']);
    expect((await headOf('walled')).seq).toBe(1);
    box.close();
  });

  it('fails with the line that the server did not take, and reads no further', async () => {
    const command = Command.piped('send', server.url, '-', '--room', 'fails');
    command.types(`first\n${'x'.repeat(2000)}\n`); // the pipe stays open
    expect(await command.exited).toBe(1);
    expect(command.stderr).toMatch(
      /^tickchat: line 2 not sent: text takes up to 1000 bytes[^\n]*\n$/,
    );
  });

  it.each([
    [
      1,
      'no server',
      ['127.0.0.1:23', 'x', '--timeout', '1h'],
      /^tickchat: not connected: 127\.0\.0\.1:23: .*browsers block this port/,
    ],
    [
      1,
      'no such host',
      ['no-such-host.invalid', 'x', '--timeout', '1h'],
      /^tickchat: not connected: no-such-host.invalid: no such host \(E\w+\)/,
    ],
    [
      1,
      'http where https is asked for',
      ['HTTPS', 'x', '--timeout', '1h'],
      /^tickchat: not connected: 127\.0\.0\.1:\d+: no https there/,
    ],
    [
      1,
      'a server that is none of ours',
      ['URL/elsewhere/', 'x', '--timeout', '1h'],
      /^tickchat: not connected: http:\S+\/elsewhere\/ws: no tickchat answers there \(HTTP status 4/,
    ],
    [2, 'a room that can be none', ['URL', 'x', '--room', 'A'], /^tickchat: --room "A": .*1 to 64/],
    [
      2,
      'a name that can be none',
      ['URL', 'x', '--name', 'n'.repeat(33)],
      /^tickchat: --name "n+"/,
    ],
    [
      2,
      'a room that can be none in the URL',
      ['URL/?room=A', 'x'],
      /^tickchat: the \?room= of the URL: /,
    ],
    [2, 'no address', ['ftp://x', 'x'], /^tickchat: "ftp:\/\/x": takes host:port, or a URL/],
    [2, 'nothing to say', ['URL', ''], /^tickchat: text "": takes a message/],
    [2, 'a time that is none', ['URL', 'x', '--timeout', 'soon'], /^tickchat: --timeout "soon": t/],
  ])('exits with %i after %s, and says so in one line', async (status, _what, args, line) => {
    const command = await send(
      ...args.map((arg) =>
        arg.replace('URL', server.url).replace('HTTPS', server.url.replace('http', 'https')),
      ),
    );
    expect(await command.exited).toBe(status);
    expect(command.stderr).toMatch(line);
    expect(command.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});

async function headOf(room: string): Promise<{ epoch: string; seq: number }> {
  const client = await V1Client.join(server.port, { room });
  const { log } = await client.hello();
  client.ws.close();
  return log;
}
