import { connect } from 'node:net';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { PlainClient } from '../support/plain-client.js';
import { RawClient } from '../support/raw-client.js';
import { startTestServer } from '../support/test-server.js';

describe('stopping', () => {
  it('tells every client 1001 and takes no new one', async () => {
    const server = await startTestServer();
    const clients = await Promise.all([1, 2, 3].map(() => PlainClient.connect(server.port)));
    await server.stop();
    for (const client of clients) {
      expect(await client.closed).toEqual({ code: 1001, reason: 'server is going away' });
    }
    const [error] = await once(connect(server.port, '127.0.0.1'), 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('sends what waits first', async () => {
    const server = await startTestServer({ rate: '0' });
    const client = await PlainClient.connect(server.port);
    client.send('the last word');
    while (server.stats.messages === 0) await nextTurn();
    await server.stop();
    expect(client.messages).toEqual(['the last word']);
  });

  it('waits for nobody who has not asked for anything yet', async () => {
    const server = await startTestServer({ drainTimeout: '10m' });
    const silent = new RawClient(server.port);
    const half = new RawClient(server.port);
    half.send('GET / HT');
    await once(half.socket, 'connect');
    await server.stop();
    await Promise.all([silent.closed, half.closed]);
  });

  it('cuts who has not left by the time-out', async () => {
    const server = await startTestServer({ drainTimeout: '100ms' });
    const deaf = await RawClient.handshaken(server.port); // never answers the close frame
    await server.stop();
    await deaf.closed;
  });

  it('is done once, however often it is asked for', async () => {
    const server = await startTestServer();
    expect(server.stop()).toBe(server.stop());
    await server.stop();
  });
});
