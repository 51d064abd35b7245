import { afterEach, describe, expect, it } from '@jest/globals';
import { startDaemon } from '../../support/daemon.js';
import { PlainClient } from '../../support/plain-client.js';
import { until } from '../../support/until.js';
import { RawClient } from '../../support/raw-client.js';
import { OPCODE } from '../../support/raw-frames.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { V1Client } from '../../support/v1-client.js';

describe('rate limit', () => {
  let server: TestServer | undefined;

  afterEach(() => server?.stop());

  it('reads a client over its rate more slowly and loses nothing', async () => {
    // In a separate process: a delay of these clients doesn't delay the server.
    const daemon = await startDaemon(['--rate', '20', '--burst', '5', '--tick', '1h']);
    const fast = await PlainClient.connect(daemon.port);
    const other = await PlainClient.connect(daemon.port);
    const began = performance.now();
    const texts = Array.from({ length: 35 }, (_, i) => `m${i}`);
    for (const text of texts) fast.send(text);
    other.send('not delayed');
    const seen = await other.untilMessages(36);
    expect(seen.filter((text) => text !== 'not delayed')).toEqual(texts);
    expect(performance.now() - began).toBeGreaterThan(1499); // 30 over the burst, at 20 a second
    expect(seen.indexOf('not delayed')).toBeLessThan(35); // 1.5 s before the delayed messages
    await daemon.stop();
  });

  it('answers a clock probe with the time it came, not the time it was handled', async () => {
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

  it('delivers what a client sent before it disconnected, at its rate', async () => {
    server = await startTestServer({ rate: '100', burst: '5', maxClients: '2' });
    const other = await PlainClient.connect(server.port);
    const fast = await PlainClient.connect(server.port);
    const texts = Array.from({ length: 30 }, (_, i) => `m${i}`);
    for (const text of texts) fast.send(text);
    fast.ws.close();
    expect(await other.untilMessages(30)).toEqual(texts);
  });

  it('counts pings too, and answers the newest one over the rate', async () => {
    server = await startTestServer({ rate: '5', burst: '2', tick: '1h' });
    const client = await RawClient.handshaken(server.port);
    const began = performance.now();
    client.socket.cork(); // in one chunk
    for (let i = 0; i < 12; i++) client.sendFrame(OPCODE.ping, `p${i}`);
    client.socket.uncork();
    await client.untilFrame('last pong', (frame) => String(frame.payload) === 'p11');
    expect(client.frames.map((frame) => String(frame.payload))).toEqual(['p0', 'p1', 'p11']);
    expect(performance.now() - began).toBeGreaterThan(199); // one ping at 5 per second
    client.socket.destroy();
  });

  it('releases the slot of a disconnected client soon, and a stop does not wait for it', async () => {
    server = await startTestServer({ rate: '1', burst: '1', maxClients: '1', drainTimeout: '1m' });
    const ghost = await PlainClient.connect(server.port);
    for (let i = 0; i < 1000; i++) ghost.send(`m${i}`);
    // It is not read meanwhile: a failed write of a tick shows that it has disconnected.
    await new Promise((sent) => ghost.ws.send('the last', sent));
    ghost.ws.terminate();
    const { port } = server;
    await until('its slot', () =>
      PlainClient.connect(port).then(
        ({ ws }) => (ws.terminate(), true),
        () => false,
      ),
    );
    await server.stop(); // the test's time-out is shorter than the drain's
  }, 30_000);
});
