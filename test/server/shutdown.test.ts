import { connect } from 'node:net';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { PlainClient } from '../support/plain-client.js';
import { handshake, RawClient, request } from '../support/raw-client.js';
import { startTestServer } from '../support/test-server.js';

/** Of a chunked response (RFC 9112 §7.1). */
const END_OF_BODY = '0\r\n\r\n';

describe('shutdown', () => {
  it('closes every client with 1001 and accepts no new one', async () => {
    const server = await startTestServer();
    const clients = await Promise.all([1, 2, 3].map(() => PlainClient.connect(server.port)));
    await server.stop();
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1001, reason: 'server is going away' });
    }
    const [error] = await once(connect(server.port, '127.0.0.1'), 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('sends queued messages first', async () => {
    const server = await startTestServer({ rate: '0' });
    const client = await PlainClient.connect(server.port);
    client.send('the last word');
    while (server.stats.messages === 0) await nextTurn();
    await server.stop();
    expect(client.messages).toEqual(['the last word']);
  });

  it('does not wait for connections without a request', async () => {
    const server = await startTestServer({ drainTimeout: '10m' });
    const silent = new RawClient(server.port);
    const half = new RawClient(server.port);
    half.send('GET / HT');
    await once(half.socket, 'connect');
    await server.stop();
    await Promise.all([silent.closed, half.closed]);
  });

  it('terminates connections that are open at the deadline', async () => {
    const server = await startTestServer({ drainTimeout: '100ms' });
    const deaf = await RawClient.handshaken(server.port); // never answers the close frame
    await server.stop();
    await deaf.closed;
  });

  it('is not ready from its beginning, and alive to its end', async () => {
    const server = await startTestServer({ drainTimeout: '10m' });
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const deaf = await RawClient.handshaken(server.port); // holds the server up
    // The listener is closed by the time they ask, so each has begun to ask before.
    const asking = await Promise.all(
      [request('GET', '/readyz'), request('GET', '/healthz'), handshake()].map(async (text) => {
        const client = new RawClient(server.port);
        client.send(request('GET', '/readyz') + text.slice(0, -2));
        await client.untilText('ready\n');
        return client;
      }),
    );
    const stopped = server.stop();
    expect(server.readiness.draining).toBe(true);
    for (const client of asking) client.send('\r\n');
    const answers = [
      'HTTP/1.1 503 Service Unavailable',
      'HTTP/1.1 200 OK',
      'HTTP/1.1 503 Service Unavailable',
    ];
    for (const [i, client] of asking.entries()) {
      await client.untilText(`${END_OF_BODY}${answers[i]}\r\n`);
    }
    deaf.socket.destroy();
    await stopped;
  });

  it('happens once, however often it is called', async () => {
    const server = await startTestServer();
    expect(server.stop()).toBe(server.stop());
    await server.stop();
  });
});
