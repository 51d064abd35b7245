import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { flagSource, resolveConfig } from '../../src/server/config/resolve.js';
import { startServer, type RunningServer } from '../../src/server/server.js';
import { plainVectors } from './vectors.js';

const { messages } = plainVectors();
const expected = messages.flatMap(({ received }) => (received === null ? [] : [received]));

describe('the plain protocol against a server', () => {
  let server: RunningServer;
  let url = '';

  beforeAll(async () => {
    const flags = { port: '0', host: '127.0.0.1', tick: '1h', rate: '0' };
    const resolved = resolveConfig([flagSource(flags)]);
    if (!resolved.ok) throw new Error(resolved.error);
    server = await startServer(resolved.config, pino({ level: 'silent' }));
    url = `ws://127.0.0.1:${server.address.port}/ws`;
  });

  afterAll(() => server.stop());

  it('relays every vector to the sender and to another client, and nothing else', async () => {
    const [alice, bob] = [new WebSocket(url), new WebSocket(url)];
    const seen = [alice, bob].map((client) => framesUntil(client, expected.length));
    await Promise.all([once(alice, 'open'), once(bob, 'open')]);
    for (const { sent } of messages) alice.send(sent);
    expect(await Promise.all(seen)).toEqual([expected, expected]);
    expect(server.stats.dropped).toBe(messages.length - expected.length);
    alice.terminate();
    bob.terminate();
  });
});

/** The first `count` frames that a client gets. */
function framesUntil(client: WebSocket, count: number): Promise<string[]> {
  const frames: string[] = [];
  return new Promise((resolve, reject) => {
    client.on('error', reject);
    client.on('close', (code) => reject(new Error(`closed with ${code}`)));
    client.on('message', (data: Buffer) => {
      frames.push(data.toString('utf8'));
      if (frames.length === count) resolve(frames);
    });
  });
}
