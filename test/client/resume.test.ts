import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Join } from '../../src/protocol/v1.js';
import { joinedClient, newClient, reconnect } from './connected-client.js';

describe('client › joining', () => {
  it('introduces itself first, with all that it was given', () => {
    const { environment, server, client } = newClient({ room: 'r', name: 'Ann', token: 't' });
    expect(environment.socket.protocols).toEqual(['tickchat.v1']);
    environment.socket.opens();
    const { key } = client;
    expect(server.got('join')).toEqual([
      { room: 'r', name: 'Ann', key, token: 't', ticks: 'sparse' },
    ]);
    expect(client.key).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['all', 'sparse'] as const)('asks for %s ticks when told to', (ticks) => {
    const { server } = joinedClient({ ticks });
    expect(server.got('join')).toMatchObject([{ ticks }]);
  });

  it('asks for the token anew at every connection, where a function gives it', () => {
    const tokens = ['first', 'second', undefined];
    const { environment, server } = joinedClient({ token: () => tokens.shift() });
    const sent = server.got<Join>('join');
    for (let i = 0; i < 2; i++) {
      reconnect(environment);
      environment.socket.opens();
      sent.push(...server.got<Join>('join'));
    }
    expect(sent.map(({ token }) => token)).toEqual(['first', 'second', undefined]);
    expect(sent[2]).not.toHaveProperty('token');
  });

  it('is connected when the server has greeted it, and knows the rest then', () => {
    const { environment, server, client, told } = newClient();
    environment.socket.opens();
    expect(client.state).toEqual({ name: 'connecting' });
    expect([client.hello, client.online, client.bytesLeft('x')]).toEqual([undefined, 0, undefined]);
    server.welcomes({ online: 3 });
    expect(told).toEqual([
      ['state', { name: 'connected' }],
      ['online', 3],
      ['tick', { n: 10, skipped: 0, lateMs: 250 }],
    ]);
    expect(client.hello?.you.name).toBe('Ann');
    expect(client.bytesLeft('é')).toBe(98);
  });

  it('keeps its key, and tells the place from which to go on', () => {
    const { environment, server, client } = joinedClient({ key: 'a secret' });
    server.speaks(1);
    server.speaks(2);
    reconnect(environment);
    environment.socket.opens();
    const [join] = server.got<Join>('join');
    const after = { epoch: 'first', seq: 2 };
    expect(join).toEqual({ key: client.key, ticks: 'sparse', after });
  });

  it('goes on in the middle of a replay that was cut off', () => {
    const { environment, server, seqs, all } = newClient();
    server.welcomes({ log: { epoch: 'first', seq: 50 }, replay: 10 });
    server.speaks(41);
    reconnect(environment);
    environment.socket.opens();
    expect(server.got<Join>('join')[0]?.after).toEqual({ epoch: 'first', seq: 41 });
    server.resumes({ epoch: 'first', seq: 50 }, true, 9);
    for (let seq = 42; seq <= 50; seq += 1) server.speaks(seq);
    expect(seqs()).toEqual([41, 42, 43, 44, 45, 46, 47, 48, 49, 50]);
    expect(all('gap')).toEqual([]);
  });

  it('tells of a gap before what comes after it', () => {
    const { environment, server, told } = joinedClient();
    server.speaks(1);
    reconnect(environment);
    told.length = 0;
    server.resumes({ epoch: 'second', seq: 7 }, false, 2);
    server.speaks(6);
    server.speaks(7);
    expect(told.map(([name]) => name)).toEqual(['state', 'online', 'gap', 'message', 'message']);
    expect(told[2]?.[1]).toEqual({
      from: { epoch: 'first', seq: 1 },
      to: { epoch: 'second', seq: 5 },
    });
  });

  it('takes a server that does not say whether there is a gap for one where there is', () => {
    const { environment, server, all } = joinedClient();
    reconnect(environment);
    server.welcomes({ recovered: null });
    expect(all('gap')).toHaveLength(1);
  });

  it('takes every message once, in order, whatever comes twice or late', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 80 }), (sent) => {
        const { server, seqs } = joinedClient();
        for (const seq of sent) server.speaks(seq);
        const strictlyUp = sent.filter((seq, i) => seq > Math.max(0, ...sent.slice(0, i)));
        expect(seqs()).toEqual(strictlyUp);
      }),
    );
  });

  it('ignores what it does not understand', () => {
    const { environment, told } = joinedClient();
    told.length = 0;
    for (const frame of ['', 'x', 'tick:', 'tick:-1', 'msg:{}', 'hello:{}', 'news:{"n":1}']) {
      environment.socket.receives(frame);
    }
    expect(told).toEqual([]);
  });

  it('tells how many are here', () => {
    const { server, client, all } = joinedClient();
    server.says('online', { n: 4 });
    expect(client.online).toBe(4);
    expect(all('online')).toEqual([1, 4]);
  });

  it('follows a server that counts anew', () => {
    const { environment, server, all } = joinedClient();
    reconnect(environment);
    server.welcomes({ tick: { n: 0, epoch: 11_000, period: 1000 }, now: 11_000 });
    expect(all('tick').at(-1)).toEqual({ n: 0, skipped: 0, lateMs: 0 });
  });
});

describe('client › name', () => {
  it('is told at once, and again after a reconnect', () => {
    const { environment, server, client } = joinedClient({ name: 'Ann' });
    client.rename('  Anna ');
    expect(server.got('name')).toEqual([{ name: 'Anna' }]);
    reconnect(environment);
    environment.socket.opens();
    expect(server.got<Join>('join')[0]?.name).toBe('Anna');
  });

  it('that was taken between join and hello is told after hello', () => {
    const { environment, server, client } = newClient({ name: 'Ann' });
    environment.socket.opens();
    client.rename('Anna');
    expect(server.got('name')).toEqual([]);
    server.welcomes();
    expect(server.got('name')).toEqual([{ name: 'Anna' }]);
  });

  it.each(['', '  ', 'two\nlines', 'x'.repeat(33)])('can not be %j', (name) => {
    const { client } = joinedClient();
    expect(() => client.rename(name)).toThrow(expect.objectContaining({ code: 'bad_name' }));
  });
});
