import { afterEach, describe, expect, it } from '@jest/globals';
import { startDaemon } from '../support/daemon.js';
import { PlainClient } from '../support/plain-client.js';
import { until } from '../support/until.js';
import { RawClient } from '../support/raw-client.js';
import { OPCODE } from '../support/raw-frames.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

describe('rate limit', () => {
  let server: TestServer | undefined;

  afterEach(() => server?.stop());

  it('reads a client over its rate more slowly and loses nothing', async () => {
    // In a process of its own: what holds these clients up doesn't hold the server up.
    const daemon = await startDaemon(['--rate', '20', '--burst', '5', '--tick', '1h']);
    const fast = await PlainClient.connect(daemon.port);
    const other = await PlainClient.connect(daemon.port);
    const began = performance.now();
    const texts = Array.from({ length: 35 }, (_, i) => `m${i}`);
    for (const text of texts) fast.send(text);
    other.send('not held up');
    const seen = await other.untilMessages(36);
    expect(seen.filter((text) => text !== 'not held up')).toEqual(texts);
    expect(performance.now() - began).toBeGreaterThan(1499); // 30 over the burst, at 20 a second
    expect(seen.indexOf('not held up')).toBeLessThan(35); // not behind what waits: 1.5 s earlier
    await daemon.stop();
  });

  it('says when a clock probe came, not when its turn did', async () => {
    server = await startTestServer({ rate: '20', burst: '1', tick: '1h' });
    const client = await V1Client.join(server.port);
    client.together(() => {
      for (let n = 0; n < 4; n += 1) client.send('sync', { t0: n });
    });
    const { t1, t2 } = await client.next('sync', 3);
    const first = await client.next('sync', 0);
    expect(t2 - first.t2).toBeGreaterThan(80);
    expect(t1 - first.t1).toBeLessThan(40);
  });

  it('delivers what a client sent before it left, at its rate', async () => {
    server = await startTestServer({ rate: '100', burst: '5', maxClients: '2' });
    const other = await PlainClient.connect(server.port);
    const fast = await PlainClient.connect(server.port);
    const texts = Array.from({ length: 30 }, (_, i) => `m${i}`);
    for (const text of texts) fast.send(text);
    fast.ws.close();
    expect(await other.untilMessages(30)).toEqual(texts);
  });

  it('counts pings too, and answers the newest of those over the rate', async () => {
    server = await startTestServer({ rate: '5', burst: '2', tick: '1h' });
    const client = await RawClient.handshaken(server.port);
    const began = performance.now();
    client.socket.cork(); // in one chunk
    for (let i = 0; i < 12; i++) client.sendFrame(OPCODE.ping, `p${i}`);
    client.socket.uncork();
    await client.untilFrame('last pong', (frame) => String(frame.payload) === 'p11');
    expect(client.frames.map((frame) => String(frame.payload))).toEqual(['p0', 'p1', 'p11']);
    expect(performance.now() - began).toBeGreaterThan(199); // the next turn, at 5 a second
    client.socket.destroy();
  });

  it('gives the place of a client that has left back soon, and stops without waiting for it', async () => {
    server = await startTestServer({ rate: '1', burst: '1', maxClients: '1', drainTimeout: '1m' });
    const ghost = await PlainClient.connect(server.port);
    for (let i = 0; i < 1000; i++) ghost.send(`m${i}`);
    // It is not read meanwhile: the ticks find out that it has left.
    await new Promise((sent) => ghost.ws.send('the last', sent));
    ghost.ws.terminate();
    const { port } = server;
    await until('its place', () =>
      PlainClient.connect(port).then(
        ({ ws }) => (ws.terminate(), true),
        () => false,
      ),
    );
    await server.stop(); // the test's time-out is shorter than the drain's
  }, 30_000);
});
