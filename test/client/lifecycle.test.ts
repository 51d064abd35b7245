import { describe, expect, it } from '@jest/globals';
import type { Message, Ticks } from '../../src/protocol/v1.js';
import { afterClose, CLOSE } from '../../src/protocol/close-code.js';
import { joinedClient, newClient, reconnect } from './connected-client.js';

describe('client › state', () => {
  it('says when it lost the connection and when it tries again', () => {
    const { environment, server, all } = joinedClient();
    environment.socket.ends(1006);
    environment.pass(250);
    server.resumes({ epoch: 'first', seq: 0 }, true, 0);
    expect(all('state')).toEqual([
      { name: 'connected' },
      {
        name: 'reconnecting',
        delayMs: 250,
        cause: { code: 'lost', text: 'the connection was lost' },
      },
      { name: 'connecting' },
      { name: 'connected' },
    ]);
  });

  it.each(['bad_room', 'bad_name', 'forbidden', 'bad_frame'] as const)(
    'stops when it may not join: %s',
    (code) => {
      const { environment, server, client } = newClient();
      environment.socket.opens();
      server.says('fail', { code, text: 'because' });
      expect(client.state).toEqual({ name: 'stopped', reason: code, text: 'because' });
      expect(environment.socket.closing).toBe(true);
      environment.socket.ends(1005);
      environment.wakes();
      environment.pass(3_600_000);
      expect(environment.sockets).toHaveLength(1);
    },
  );

  it.each(Object.values(CLOSE))('follows the table of close codes: $name', (row) => {
    const { environment, client } = joinedClient();
    const { name, code, reason: text } = row;
    environment.socket.ends(code);
    expect(client.state).toEqual(
      afterClose(code) === 'stop'
        ? { name: 'stopped', reason: name, text }
        : { name: 'reconnecting', delayMs: 250, cause: { code: name, text } },
    );
  });

  it.each([{}, { tick: { n: 1, epoch: 0, period: 0 } }, { room: {} }])(
    'stops at a hello that breaks the protocol: %j',
    (hello) => {
      const { environment, client, all } = newClient();
      environment.socket.opens();
      environment.socket.receives(`hello:${JSON.stringify(hello)}`);
      expect(client.state).toMatchObject({ name: 'stopped', reason: 'bad_server' });
      environment.socket.ends(1005);
      environment.pass(3_600_000);
      expect([environment.sockets.length, environment.armed]).toEqual([1, 0]);
      expect(all('tick')).toEqual([]);
    },
  );

  it('says why it stopped as the server says it, where it does', () => {
    const { environment, client } = joinedClient();
    environment.socket.ends(CLOSE.notAllowed.code, 'the token has expired');
    expect(client.state).toEqual({
      name: 'stopped',
      reason: 'not_allowed',
      text: 'the token has expired',
    });
  });

  it('connects again after a stop when told to, and goes on where it was', () => {
    const { environment, server, client } = joinedClient();
    server.speaks(1);
    environment.socket.ends(CLOSE.policy.code);
    client.reconnect();
    environment.socket.opens();
    expect(server.got('join')).toMatchObject([{ after: { epoch: 'first', seq: 1 } }]);
  });

  it('tries at once when told to, or when the network is back', () => {
    const { environment, client } = joinedClient();
    environment.socket.ends(1006);
    client.reconnect();
    expect(environment.sockets).toHaveLength(2);
    environment.socket.ends(1006);
    environment.wakes();
    expect(environment.sockets).toHaveLength(3);
  });

  it('is over after close, and nothing of it is left', () => {
    const { environment, client, all } = joinedClient();
    client.close();
    client.close();
    environment.socket.ends(1000);
    client.reconnect();
    environment.wakes();
    expect([environment.sockets.length, environment.armed, environment.listening]).toEqual([
      1, 0, 0,
    ]);
    expect(all('state').slice(1)).toEqual([
      { name: 'stopped', reason: 'closed', text: 'the client was closed' },
    ]);
  });

  it('reports what a listener throws, and calls the others', async () => {
    const { server, client, seqs } = joinedClient();
    const uncaught: unknown[] = [];
    const original = globalThis.queueMicrotask;
    globalThis.queueMicrotask = (callback) => {
      try {
        callback();
      } catch (error) {
        uncaught.push(error);
      }
    };
    try {
      client.on('message', () => {
        throw new Error('a listener');
      });
      const stop = client.on('message', () => stop());
      server.speaks(1);
      server.speaks(2);
    } finally {
      globalThis.queueMicrotask = original;
    }
    expect(seqs()).toEqual([1, 2]);
    expect(uncaught).toHaveLength(2);
  });
});

describe('client › listeners', () => {
  it('are called once, or until they are removed', () => {
    const { server, client } = joinedClient();
    const heard: string[] = [];
    const listener = ({ text }: Message): void => void heard.push(`on ${text}`);
    client.on('message', listener);
    client.once('message', ({ text }) => heard.push(`once ${text}`));
    client.once('message', () => heard.push('never'))();
    server.speaks(1, 'a');
    client.off('message', listener);
    server.speaks(2, 'b');
    expect(heard).toEqual(['on a', 'once a']);
  });
});

describe('client › a dead link', () => {
  /** A server that has gone silent, and how long it takes until it is left, ms. */
  function silenceUntilCut(period: number, ticks: Ticks, answers = false): number {
    const { environment, server } = newClient({ ticks });
    server.welcomes({ tick: { n: 0, epoch: 0, period } });
    for (let ms = 0; ms < 120_000; ms += 100) {
      const before = server.got('sync').length;
      environment.pass(100);
      if (environment.socket.closing) return ms + 100;
      if (answers && server.got('sync').length > before) {
        server.says('sync', { t0: 0, t1: 0, t2: 0 });
      }
    }
    return Infinity;
  }

  it.each([
    { ticks: 'all', period: 10, within: 6000 },
    { ticks: 'all', period: 1000, within: 6000 },
    { ticks: 'all', period: 2000, within: 9000 },
    { ticks: 'all', period: 3_600_000, within: 18_000 },
    { ticks: 'sparse', period: 10, within: 9000 },
    { ticks: 'sparse', period: 1000, within: 9000 },
    { ticks: 'sparse', period: 5000, within: 9000 },
    { ticks: 'sparse', period: 8000, within: 12_000 },
    { ticks: 'sparse', period: 3_600_000, within: 18_000 },
  ] as const)(
    'is cut after $within ms with $ticks ticks of $period ms',
    ({ ticks, period, within }) => {
      expect(silenceUntilCut(period, ticks)).toBe(within);
    },
  );

  it.each(['all', 'sparse'] as const)('is not one that answers, with %s ticks', (ticks) => {
    expect(silenceUntilCut(3_600_000, ticks, true)).toBe(Infinity);
  });

  it('is not cut as long as anything comes', () => {
    const { environment } = joinedClient();
    for (let n = 11; n < 100; n += 1) {
      environment.pass(5900);
      environment.socket.receives(`tick:${n}`);
    }
    expect(environment.socket.closing).toBe(false);
  });

  it('is asked after a minute of silence in a hidden page, and cut', () => {
    const { environment, server } = joinedClient();
    environment.seen = false;
    environment.pass(59_999);
    const before = server.got('sync').length;
    environment.pass(1);
    expect(server.got('sync')).toHaveLength(before + 1);
    environment.pass(2999);
    expect(environment.socket.closing).toBe(false);
    environment.pass(1);
    expect(environment.socket.closing).toBe(true);
  });

  it('is asked at once when a hidden page is seen again', () => {
    const { environment, server } = joinedClient();
    environment.seen = false;
    environment.pass(30_000);
    const before = server.got('sync').length;
    environment.seen = true;
    environment.wakes();
    expect(server.got('sync').length).toBeGreaterThan(before);
    environment.pass(3000);
    expect(environment.socket.closing).toBe(true);
  });

  it('is not one whose answer came while the page was blocked', () => {
    const { environment, server } = joinedClient();
    environment.pass(6000); // it has asked
    environment.jump(60_000);
    environment.pass(0);
    server.says('sync', { t0: 0, t1: 0, t2: 0 });
    environment.pass(1000);
    expect(environment.socket.closing).toBe(false);
  });

  it('is followed by a new one, and there are never two', () => {
    const { environment, server, client } = joinedClient();
    environment.pass(9000);
    expect(environment.alive).toBe(0);
    environment.pass(3250);
    expect([environment.sockets.length, environment.alive]).toEqual([2, 1]);
    server.resumes({ epoch: 'first', seq: 0 }, true, 0);
    expect(client.state.name).toBe('connected');
  });
});

describe('client › messages', () => {
  it('come one after another, those that came before the loop asked too', async () => {
    const { server, client } = newClient();
    const messages = client.messages();
    server.welcomes({ log: { epoch: 'first', seq: 2 }, replay: 2 });
    server.speaks(1);
    server.speaks(2);
    const seen: number[] = [];
    for await (const { seq } of messages) {
      seen.push(seq);
      if (seq === 2) queueMicrotask(() => server.speaks(3));
      if (seq === 3) queueMicrotask(() => client.close());
    }
    expect(seen).toEqual([1, 2, 3]);
  });

  it('end when the loop is left, and a second loop is another one', async () => {
    const { server, client } = joinedClient();
    const [left, other] = [client.messages(), client.messages()];
    server.speaks(1);
    for await (const { seq } of left) {
      expect(seq).toBe(1);
      break;
    }
    expect(await left.next()).toEqual({ done: true, value: undefined });
    expect((await other.next()).value).toMatchObject({ seq: 1 });
  });

  it('throw when the loop falls behind, after what it was given', async () => {
    const { server, client } = joinedClient();
    const messages = client.messages();
    for (let seq = 1; seq <= 1001; seq += 1) server.speaks(seq);
    const seen: Message[] = [];
    const loop = async () => {
      for await (const message of messages) seen.push(message);
    };
    await expect(loop()).rejects.toMatchObject({ code: 'behind' });
    expect(seen).toHaveLength(1000);
    expect(await messages.next()).toEqual({ done: true, value: undefined });
  });

  it('throw when the server ends the connection for good, and go on over a reconnect', async () => {
    const { environment, server, client } = joinedClient();
    const messages = client.messages();
    const first = messages.next();
    reconnect(environment);
    server.resumes({ epoch: 'first', seq: 1 }, true, 1);
    server.speaks(1);
    expect((await first).value).toMatchObject({ seq: 1 });
    const second = messages.next();
    environment.socket.ends(CLOSE.policy.code);
    await expect(second).rejects.toMatchObject({ code: 'stopped' });
    await expect(client.messages().next()).rejects.toMatchObject({ code: 'stopped' });
  });

  it('are none after close', async () => {
    const { client } = joinedClient();
    client.close();
    expect(await client.messages().next()).toEqual({ done: true, value: undefined });
  });
});
