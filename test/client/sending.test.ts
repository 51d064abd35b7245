import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CLOSE } from '../../src/protocol/close-code.js';
import { FAIL_CODES, type Message, type Send } from '../../src/protocol/v1.js';
import { joinedClient, newClient, reconnect } from './connected-client.js';
import { ME } from './fake-server.js';

/** How a promise has ended, if it has. */
async function endOf(sent: Promise<Message>): Promise<Message | string> {
  return sent.then(
    (message) => message,
    (error: { code: string }) => error.code,
  );
}

describe('client › send', () => {
  it('resolves with the receipt: the message as it is in the log', async () => {
    const { server, client, all } = joinedClient();
    const sent = client.send('hello');
    const receipt = server.receipts(1, server.lastSend);
    expect(await sent).toEqual(receipt);
    expect(all('message')).toEqual([receipt]);
  });

  it('is not misled by the same id of somebody else', async () => {
    const { server, client } = joinedClient();
    const sent = client.send('hello', { id: 'same' });
    server.announces({ seq: 1, id: 'same', text: 'other', from: { id: 'ben', name: 'Ben' } });
    server.receipts(2, { id: 'same', text: 'hello' });
    expect(await sent).toMatchObject({ seq: 2, text: 'hello' });
  });

  it('waits for a connection and keeps the order', () => {
    const { server, client } = newClient();
    for (const text of ['a', 'b', 'c']) void client.send(text);
    server.welcomes();
    expect(server.texts).toEqual(['a', 'b', 'c']);
  });

  it('sends again, with the same ids and in order, what had no receipt when the link was lost', async () => {
    const { environment, server, client } = joinedClient();
    const sent = ['a', 'b', 'c'].map((text) => client.send(text));
    const [a, b, c] = server.sends as [Send, Send, Send];
    server.receipts(1, a);
    reconnect(environment);
    sent.push(client.send('d'));
    server.resumes({ epoch: 'first', seq: 1 }, true, 0);
    expect(server.sends.slice(0, 2)).toEqual([b, c]);
    for (const [index, send] of server.sends.entries()) server.receipts(index + 2, send);
    expect((await Promise.all(sent)).map(({ text, seq }) => `${seq}${text}`)).toEqual([
      '1a',
      '2b',
      '3c',
      '4d',
    ]);
  });

  it('takes the replay for the receipt, and sends the rest only after it', async () => {
    const { environment, server, client, seqs } = joinedClient();
    const sent = client.send('arrived');
    const later = client.send('did not');
    const [arrived, lost] = server.sends as [Send, Send];
    reconnect(environment);
    server.resumes({ epoch: 'first', seq: 2 }, true, 2);
    server.speaks(1);
    expect(server.sends).toEqual([]);
    server.receipts(2, arrived);
    expect(server.sends).toEqual([lost]);
    server.receipts(3, lost);
    expect(await Promise.all([sent, later])).toMatchObject([{ seq: 2 }, { seq: 3 }]);
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it('takes the receipt of a message that it has seen long ago without telling it twice', async () => {
    const { server, client, seqs } = joinedClient();
    server.speaks(7);
    const sent = client.send('again', { id: 'old' });
    server.announces({ seq: 3, id: 'old', text: 'again', from: { id: ME, name: 'Ann' } });
    expect(await sent).toMatchObject({ seq: 3 });
    expect(seqs()).toEqual([7]);
  });

  it('takes the same id for the same message', async () => {
    const { server, client } = joinedClient();
    const both = [client.send('x', { id: 'i' }), client.send('x', { id: 'i' })];
    expect(server.texts).toEqual(['x']);
    server.receipts(1, server.lastSend);
    expect((await Promise.all(both)).map(({ seq }) => seq)).toEqual([1, 1]);
  });

  it.each(FAIL_CODES.filter((code) => code !== 'unavailable' && code !== 'unknown'))(
    'rejects with the code of the server: %s',
    async (code) => {
      const { server, client } = joinedClient();
      const sent = client.send('x', { id: 'i' });
      server.says('fail', { id: 'i', code, text: 'words' });
      await expect(sent).rejects.toMatchObject({ name: 'TickchatError', code, message: 'words' });
    },
  );

  it.each([
    ['', 'empty'],
    ['x'.repeat(101), 'too_long'],
    ['é'.repeat(51), 'too_long'],
    ['\ud83d', 'bad_frame'],
  ])('does not bother the server with what can be no message: %j', async (text, code) => {
    const { server, client } = newClient();
    const sent = endOf(client.send(text));
    server.welcomes();
    expect(await sent).toBe(code);
    expect(server.sends).toEqual([]);
  });

  it.each(['', 'x'.repeat(65)])('rejects an id that is none: %j', async (id) => {
    expect(await endOf(joinedClient().client.send('x', { id }))).toBe('bad_frame');
  });

  it('holds no more than a thousand', async () => {
    const { client } = newClient();
    for (let i = 0; i < 1000; i += 1) client.send('x').catch(() => {});
    expect(await endOf(client.send('x'))).toBe('full');
    client.close();
  });

  it('rejects what waits when the client is closed, and what comes after', async () => {
    const { client } = joinedClient();
    const sent = endOf(client.send('x'));
    client.close();
    expect([await sent, await endOf(client.send('y'))]).toEqual(['closed', 'closed']);
  });

  it('rejects what waits when the server ends the connection for good', async () => {
    const { environment, client } = joinedClient();
    const sent = endOf(client.send('x'));
    environment.socket.ends(CLOSE.policy.code);
    expect([await sent, await endOf(client.send('y'))]).toEqual(['stopped', 'stopped']);
  });
});

describe('client › a message that the server can not take for the moment', () => {
  it.each(['unavailable', 'unknown'] as const)('is tried again: %s', async (code) => {
    const { environment, server, client } = joinedClient();
    const sent = client.send('x', { id: 'i' });
    server.says('fail', { id: 'i', code, text: 'later', retryAfterMs: 500 });
    environment.pass(499);
    expect(server.texts).toEqual(['x']);
    environment.pass(1);
    expect(server.sends).toEqual([
      { id: 'i', text: 'x' },
      { id: 'i', text: 'x' },
    ]);
    server.receipts(1, server.lastSend);
    expect(await sent).toMatchObject({ seq: 1 });
  });

  it('holds back what comes after it', () => {
    const { environment, server, client } = joinedClient();
    void client.send('a', { id: 'a' });
    server.says('fail', { id: 'a', code: 'unavailable', text: '', retryAfterMs: 500 });
    void client.send('b');
    expect(server.texts).toEqual(['a']);
    environment.pass(500);
    expect(server.texts).toEqual(['a', 'a', 'b']);
  });

  it('is given up after a minute, with the code', async () => {
    const { environment, server, client } = joinedClient();
    const sent = endOf(client.send('x', { id: 'i' }));
    for (let second = 0; second <= 60; second += 1) {
      server.says('fail', { id: 'i', code: 'unavailable', text: 'disk full' });
      environment.pass(1000);
      server.says('sync', { t0: 0, t1: 0, t2: 0 });
    }
    expect(await sent).toBe('unavailable');
    expect(server.sends).toHaveLength(61);
  });

  it('is sent at once over a new connection', () => {
    const { environment, server, client } = joinedClient();
    void client.send('x', { id: 'i' });
    server.says('fail', { id: 'i', code: 'unavailable', text: '', retryAfterMs: 9000 });
    reconnect(environment);
    server.resumes({ epoch: 'first', seq: 0 }, true, 0);
    expect(server.texts).toEqual(['x']);
    environment.pass(9000);
    expect(server.texts).toEqual(['x']);
  });
});

describe('client › over links that break at any moment', () => {
  const happening = fc.constantFrom('say', 'take', 'receipt', 'break', 'other');

  it('gets every message into the log once, in order, and hears all once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 100 }), async (happenings) => {
        const { environment, server, client, all } = joinedClient();
        const log: Array<Omit<Message, 'at'>> = [];
        const receipts: Array<Promise<Message>> = [];
        const announce = (entry: Omit<Message, 'at'>) => server.announces(entry);
        let taken = 0; // how many of what came over this socket were taken in
        let told = 0; // how many of the log were announced over this socket
        const take = () => {
          const next = server.sends[taken];
          if (next === undefined) return;
          taken += 1;
          const old = log.find(({ id }) => id === next.id);
          if (old !== undefined) announce(old);
          else log.push({ ...next, seq: log.length + 1, from: { id: ME, name: 'Ann' } });
        };
        const tell = () => {
          for (; told < log.length; told += 1) announce(log[told] as Omit<Message, 'at'>);
        };
        const reopen = () => {
          reconnect(environment);
          taken = 0;
          told = all('message').length;
          server.resumes({ epoch: 'first', seq: log.length }, true, log.length - told);
          tell();
        };
        for (const what of happenings) {
          if (what === 'say') receipts.push(client.send(`text ${receipts.length}`));
          if (what === 'take') take();
          if (what === 'receipt') tell();
          if (what === 'break') reopen();
          if (what === 'other') {
            const seq = log.length + 1;
            log.push({ seq, id: `b${seq}`, text: 'other', from: { id: 'ben', name: 'Ben' } });
          }
        }
        reopen();
        while (taken < server.sends.length) take();
        tell();
        const settled = await Promise.all(receipts);
        expect(settled.map(({ text }) => text)).toEqual(settled.map((_, i) => `text ${i}`));
        expect(settled.map(({ seq }) => seq)).toEqual(
          settled.map(({ seq }) => seq).toSorted((a, b) => a - b),
        );
        expect(all('message').map(({ id }) => id)).toEqual(log.map(({ id }) => id));
      }),
    );
  });
});
