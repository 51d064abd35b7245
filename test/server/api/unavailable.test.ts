import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createApi } from '../../../src/server/api/api.js';
import { OutcomeUnknown, type Log } from '../../../src/server/log/log.js';
import { newStats } from '../../../src/server/stats.js';
import type { V1Conversation } from '../../../src/server/v1-session.js';
import type { GateOptions } from '../../../src/server/websocket.js';

/** The API over a log of which every call fails with `error`. */
async function withBrokenLog(error: Error, ask: (url: string) => Promise<void>) {
  const broken = async () => {
    throw error;
  };
  const stats = newStats();
  const conversation = {
    log: { append: broken, head: broken, read: broken } as Partial<Log> as Log,
    limits: { message: 100, rate: 0, burst: 1 },
    stats,
  } as Partial<V1Conversation> as V1Conversation;
  const senderOf = () => ({ address: 'a', scheme: undefined });
  const gate = { origins: undefined, senderOf } as Partial<GateOptions> as GateOptions;
  const server = createServer(createApi({ conversation, publishTokens: undefined, gate })).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await ask(`http://127.0.0.1:${port}/api/rooms/lobby/messages`);
  server.close();
  server.closeAllConnections();
  return stats;
}

describe('the messages over HTTP while the log can not be had', () => {
  it.each([
    [new Error('the disk is full'), 'the messages of the room can not be had at the moment\n'],
    [
      new OutcomeUnknown('cut off'),
      'it is not known whether the message was kept: send it again with the same id\n',
    ],
  ])('are answered with 503 and when to come back: %s', async (error, line) => {
    const stats = await withBrokenLog(error, async (url) => {
      for (const method of ['POST', 'GET']) {
        const response = await fetch(url, method === 'POST' ? { method, body: 'x' } : {});
        expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '1']);
        if (method === 'POST') expect(await response.text()).toBe(line);
      }
    });
    expect(stats.dropped).toBe(1);
  });
});
