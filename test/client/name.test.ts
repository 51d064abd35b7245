import { describe, expect, it } from '@jest/globals';
import type { Ticks } from '../../src/protocol/v1.js';
import { joinedClient, newClient, reconnect } from './connected-client.js';

describe('a client', () => {
  it.each([
    [{ name: '' }, 'bad_name'],
    [{ name: 'n'.repeat(33) }, 'bad_name'],
    [{ name: '\u200b\u2060' }, 'bad_name'],
    [{ room: 'Not this' }, 'bad_room'],
    [{ key: 'short' }, 'bad_key'],
    [{ key: 'k'.repeat(129) }, 'bad_key'],
  ])('is not made with %j', (options, code) => {
    expect(() => newClient(options)).toThrow(expect.objectContaining({ code }));
  });

  it.each(['', 'some', 'SPARSE', null, 5, true])('is not made with %j for its ticks', (ticks) => {
    const error = { code: 'bad_ticks', message: 'ticks takes "all" or "sparse"' };
    expect(() => newClient({ ticks: ticks as Ticks })).toThrow(expect.objectContaining(error));
  });
});

describe('the name of a client', () => {
  it('is what was asked for until the server says another', () => {
    const { client, server } = newClient({ name: 'Bob' });
    expect(client.name).toBe('Bob');
    server.welcomes(); // as Ann
    expect(client.name).toBe('Ann');
  });

  it('is the new one at once, and goes back when the server refuses that', () => {
    const { client, server, environment } = joinedClient();
    const refusals: string[] = [];
    client.on('rename-failed', ({ text }) => refusals.push(`${text}: ${client.name}`));
    client.rename('Zoe');
    expect(client.name).toBe('Zoe');
    server.says('fail', { code: 'forbidden', text: 'it is that of the token' });
    expect(refusals).toEqual(['it is that of the token: Ann']);
    reconnect(environment);
    server.welcomes();
    expect(server.got('join')).toMatchObject([{ name: 'Ann' }]);
    expect(server.got('name')).toEqual([]);
  });

  it('is told after a join that it came too late for', () => {
    const { client, server, environment } = newClient({ name: 'Bob' });
    environment.socket.opens();
    client.rename('Zoe');
    server.welcomes();
    expect(server.got('name')).toEqual([{ name: 'Zoe' }]);
    expect(client.name).toBe('Zoe');
  });
});
