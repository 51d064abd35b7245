import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { createApi } from '../../../src/server/api/api.js';
import { OPEN_ACCESS } from '../../../src/server/auth/access.js';
import { NO_PUBLISH_TOKENS } from '../../../src/server/auth/publish-tokens.js';
import { OutcomeUnknown, type MessageLog } from '../../../src/server/log/log.js';
import { Failures } from '../../../src/server/ops/failures.js';
import { newStats } from '../../../src/server/ops/stats.js';
import type { V1Context } from '../../../src/server/chat/context.js';
import type { HandshakeRules } from '../../../src/server/connection/handshake.js';

/** The API over a log of which every call fails with `error`. */
async function withBrokenLog(error: Error, ask: (url: string) => Promise<void>) {
  const broken = async () => {
    throw error;
  };
  const stats = newStats();
  const lines: Array<Readonly<Record<string, unknown>>> = [];
  const failures = new Failures({ error: (kind, fields) => lines.push({ kind, ...fields }) });
  const context = {
    access: OPEN_ACCESS,
    failures,
    log: { append: broken, head: broken, read: broken } as Partial<MessageLog> as MessageLog,
    limits: { message: 100, rate: 0, burst: 1 },
    stats,
  } as Partial<V1Context> as V1Context;
  const remoteClientOf = () => ({ address: 'a', scheme: undefined });
  const handshake = {
    origins: undefined,
    remoteClientOf,
  } as Partial<HandshakeRules> as HandshakeRules;
  const api = createApi({
    context,
    publishTokens: NO_PUBLISH_TOKENS,
    addresses: async () => ({ here: [], network: [] }),
    handshake,
  });
  const server = createServer((request, response) => void api(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await ask(`http://127.0.0.1:${port}/api/rooms/lobby/messages`);
  server.close();
  server.closeAllConnections();
  return { stats, counts: failures.counts, lines };
}

describe('messages over HTTP while the log is unavailable', () => {
  it.each([
    [
      new Error('the disk is full'),
      'message log unavailable\n',
      { appendUnavailable: 1, appendUnknown: 0 },
      'a message could not be appended',
    ],
    [
      new OutcomeUnknown('cut off'),
      'it is not known whether the message was kept: send it again with the same id\n',
      { appendUnavailable: 0, appendUnknown: 1 },
      'it is not known whether a message was appended',
    ],
  ])('get 503 with Retry-After, are logged and counted: %s', async (error, line, counted, kind) => {
    const { stats, counts, lines } = await withBrokenLog(error, async (url) => {
      for (const method of ['POST', 'GET']) {
        const response = await fetch(url, method === 'POST' ? { method, body: 'x' } : {});
        expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '1']);
        if (method === 'POST') expect(await response.text()).toBe(line);
      }
    });
    expect(stats.dropped).toBe(0); // that counts mistakes of clients
    expect(counts).toMatchObject({ ...counted, history: 1 });
    const cause = error.message;
    expect(lines).toEqual([
      { kind, room: 'lobby', cause },
      { kind: 'history could not be read', room: 'lobby', cause },
    ]);
  });
});
