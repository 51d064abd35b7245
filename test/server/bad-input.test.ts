import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../support/plain-client.js';
import { handshake, RawClient, request } from '../support/raw-client.js';
import { OPCODE } from '../support/raw-frames.js';
import { Bystander } from '../support/bystander.js';
import { startDaemon, type Daemon } from '../support/daemon.js';

const PERIOD_MS = 1000;

/** One process for all of it: after every case it must still be the same one, ticking. */
describe('bad input', () => {
  let server: Daemon;
  let witness: PlainClient;
  let bystander: Bystander;

  beforeAll(async () => {
    const args = ['--tick', `${PERIOD_MS}ms`, '--rate', '0', '--drain-timeout', '2s'];
    server = await startDaemon(args);
    bystander = await Bystander.start();
    witness = await PlainClient.connect(server.port);
  });

  afterAll(async () => {
    const before = witness.ticks.length;
    await witness.untilTicks(before + 3);
    const { ticks } = witness;
    const [first = NaN] = ticks;
    // Only a machine that stood still itself excuses a gap.
    if ((await bystander.longestPause()) < PERIOD_MS / 2) {
      expect(ticks).toEqual(ticks.map((_, i) => first + i));
    }
    expect(ticks).toEqual([...new Set(ticks)].toSorted((a, b) => a - b));
    expect(server.process.exitCode).toBeNull();
    expect(await server.stop()).toMatchObject({ code: 0, stderr: '' });
    await bystander.stop();
  }, 20_000);

  it.each([
    ['bad UTF-8', 1007, [OPCODE.text, Buffer.from([0xc3, 0x28])]],
    ['a reserved bit', 1002, [OPCODE.text, 'x', { reserved: 4 }]],
    ['an opcode that does not exist', 1002, [3, 'x']],
    ['an unmasked frame', 1002, [OPCODE.text, 'x', { masked: false }]],
    ['a fragmented control frame', 1002, [OPCODE.ping, 'x', { final: false }]],
    ['a control frame that is too long', 1002, [OPCODE.ping, 'x'.repeat(126)]],
    ['a continuation of nothing', 1002, [OPCODE.continuation, 'x']],
    ['an invalid close code', 1002, [OPCODE.close, Buffer.from([0, 1])]],
    ['a message over the limit', 1009, [OPCODE.text, 'x'.repeat(4097)]],
    ['a binary message', 1003, [OPCODE.binary, 'x']],
  ] as Array<[string, number, Parameters<RawClient['sendFrame']>]>)(
    'closes on %s with %d',
    async (_what, code, frame) => {
      const client = await RawClient.handshaken(server.port);
      client.sendFrame(...frame);
      await client.untilFrame('close frame', ({ opcode }) => opcode === OPCODE.close);
      expect(client.closeCode).toBe(code);
      client.socket.destroy();
      await client.closed;
    },
  );

  it('takes a message in fragments, with a ping between them, as one', async () => {
    const client = await RawClient.handshaken(server.port);
    client.sendFrame(OPCODE.text, 'in ', { final: false });
    client.sendFrame(OPCODE.ping, 'still there?');
    client.sendFrame(OPCODE.continuation, 'three ', { final: false });
    client.sendFrame(OPCODE.continuation, 'parts');
    await client.untilMessage('in three parts');
    expect(client.frames.some(({ opcode }) => opcode === OPCODE.pong)).toBe(true);
    client.socket.destroy();
  });

  it('closes on fragments that add up to more than the limit', async () => {
    const client = await RawClient.handshaken(server.port);
    client.sendFrame(OPCODE.text, 'x'.repeat(4000), { final: false });
    client.sendFrame(OPCODE.continuation, 'x'.repeat(97));
    await client.untilFrame('close frame', ({ opcode }) => opcode === OPCODE.close);
    expect(client.closeCode).toBe(1009);
    client.socket.destroy();
  });

  it('reads a frame that arrives byte by byte', async () => {
    const client = await RawClient.handshaken(server.port);
    client.socket.setNoDelay();
    const bytes = Buffer.from([0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2]);
    for (const byte of bytes) {
      await new Promise((sent) => client.socket.write(Buffer.from([byte]), sent));
    }
    await client.untilMessage('hi');
    client.socket.destroy();
  });

  it('outlives a reset in the middle of the handshake, before and after it', async () => {
    for (const text of [handshake().slice(0, 40), handshake(), `${handshake()}\x81`]) {
      const client = new RawClient(server.port);
      client.socket.once('connect', () => {
        client.socket.write(text, () => client.socket.resetAndDestroy());
      });
      await client.closed;
    }
  });

  it.each([
    ['what is not HTTP', '\x16\x03\x01\x02\x00\x01\r\n\r\n', 400],
    ['3,000 headers', request('GET', '/', manyHeaders(3000)), 431],
    ['300 headers', request('GET', '/', manyHeaders(300)), 431],
    ['a handshake with 300 headers', handshake(manyHeaders(300)), 431],
    ['no Host', request('GET', '/', {}), 400],
    ['a handshake without Host', handshake({ Host: undefined }), 400],
    ['a handshake of HTTP/1.0', handshake().replace('HTTP/1.1', 'HTTP/1.0'), 400],
    ['a handshake by POST', handshake().replace('GET', 'POST'), 405],
    ['an expectation', request('GET', '/', { Host: 'localhost', Expect: 'wonders' }), 417],
  ])('answers %s', async (_what, text, status) => {
    const client = new RawClient(server.port);
    client.send(text);
    await client.closed;
    expect(client.status).toBe(status);
    expect(client.text).toContain('X-Content-Type-Options: nosniff');
  });

  it('drops half a request within 10 s', async () => {
    const client = new RawClient(server.port);
    const began = performance.now();
    client.send('GET / HTTP/1.1\r\nHost: loc');
    await client.closed;
    expect(client.status).toBe(408);
    expect(performance.now() - began).toBeLessThan(10_000);
  }, 15_000);

  it('ignores an offer of HTTP/2 and serves the page', async () => {
    const client = new RawClient(server.port);
    client.send(
      request('GET', '/', {
        Host: 'localhost',
        Connection: 'Upgrade, HTTP2-Settings',
        Upgrade: 'h2c',
        'HTTP2-Settings': 'AAMAAABkAAQAAP__',
      }),
    );
    await client.closed;
    expect(client.status).toBe(200);
    expect(client.text).toContain('<!doctype html>');
  });

  it('cuts a connection with many requests whose answers nobody reads', async () => {
    const client = new RawClient(server.port);
    client.socket.pause();
    client.send(request('GET', '/client.html').repeat(1500));
    client.socket.resume();
    await client.closed;
    expect(client.text.split('HTTP/1.1 ').length).toBeLessThan(100);
  });

  it('writes no answer into the stream of a WebSocket', async () => {
    const client = new RawClient(server.port);
    client.send(request('GET', '/client.html') + handshake());
    await client.closed;
    expect(client.text).not.toContain('HTTP/1.1 101');
  });

  it('refuses a WebSocket on another path', async () => {
    for (const path of ['/', '/client.html', '/ws/', '/WS', '/other?x=/ws']) {
      const client = new RawClient(server.port);
      client.send(handshake({}, path));
      await client.closed;
      expect([path, client.status]).toEqual([path, 404]);
    }
  });
});

function manyHeaders(count: number): Record<string, string> {
  const headers = Array.from({ length: count }, (_, i) => [`h${i}`, '']);
  return { Host: 'localhost', ...(Object.fromEntries(headers) as Record<string, string>) };
}
