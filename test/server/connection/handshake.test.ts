import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlainClient, refusal } from '../../support/plain-client.js';
import { handshake, RawClient } from '../../support/raw-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';

describe('handshake', () => {
  let server: TestServer;

  beforeEach(async () => {
    server = await startTestServer({ tick: '50ms', maxClients: '3', maxClientsPerIp: '2' });
  });

  afterEach(() => server.stop());

  async function answerTo(text: string): Promise<RawClient> {
    const client = new RawClient(server.port);
    client.send(text);
    await client.untilText('\r\n\r\n');
    return client;
  }

  it('accepts a browser of the same origin', async () => {
    const client = await PlainClient.connect(server.port, '', { origin: server.url });
    await client.untilTicks(1);
  });

  it.each([
    'null',
    'http://evil.example',
    'http://127.0.0.1',
    'http://127.0.0.1.evil.example',
    'https://127.0.0.1:1',
  ])('rejects the origin %s before the upgrade', async (origin) => {
    const { status, line } = await refusal(server.port, '', { origin });
    expect(status).toBe(403);
    const why =
      origin === 'null'
        ? ': not a website'
        : ` at 127.0.0.1:${server.port}; allow it with --origin ${origin}`;
    expect(line).toBe(`origin ${origin} refused${why}`);
  });

  it.each(['evil.example', 'evil.example:80', 'localhost.evil.example', 'x y', '127.0.0.1.nip.io'])(
    'rejects the host %s, which a foreign name server could point here',
    async (host) => {
      const client = await answerTo(handshake({ Host: host, Origin: `http://${host}` }));
      await client.closed;
      expect(client.status).toBe(421);
      expect(client.text).toContain(`host ${host} refused; allow it with --origin https://${host}`);
    },
  );

  /** Answer to a plain request for the address of the WebSocket. */
  async function explained(headers: Readonly<Record<string, string>> = {}) {
    const response = await fetch(`${server.url}/ws`, { method: 'POST', headers });
    return {
      status: response.status,
      reason: response.headers.get('tickchat-handshake'),
      readableBy: response.headers.get('access-control-allow-origin'),
      text: (await response.text()).trim(),
    };
  }

  it('is explained to a plain request: it would be accepted', async () => {
    expect(await explained()).toMatchObject({ status: 426, reason: 'ready', readableBy: '*' });
    expect(server.online).toBe(0);
  });

  it('is explained to a plain request: its origin is not allowed', async () => {
    expect(await explained({ Origin: 'http://localhost:5199' })).toEqual({
      status: 403,
      reason: 'origin',
      readableBy: '*',
      text: `origin http://localhost:5199 refused at 127.0.0.1:${server.port}; allow it with --origin http://localhost:5199`,
    });
  });

  it('is explained to a plain request: the limits are reached', async () => {
    await PlainClient.connect(server.port);
    await PlainClient.connect(server.port);
    expect(await explained()).toMatchObject({ status: 429, reason: 'address_full' });
    await PlainClient.connect(server.port, '', { localAddress: '127.0.0.2' });
    expect(await explained()).toMatchObject({ status: 503, reason: 'full' });
  });

  it('answers an old draft with the supported version', async () => {
    const old = await answerTo(
      handshake({
        'Sec-WebSocket-Key': undefined,
        'Sec-WebSocket-Version': undefined,
        'Sec-WebSocket-Key1': '4 @1  46546xW%0l 1 5',
        'Sec-WebSocket-Key2': '12998 5 Y3 1  .P00',
      }) + '^n:ds[4U',
    );
    await old.closed;
    expect(old.status).toBe(426);
    expect(old.text).toContain('\r\nSec-WebSocket-Version: 13\r\n');
  });

  it.each(['8', '14', '', '13, 8', 'x'])('answers version %j with 426', async (version) => {
    const other = await answerTo(handshake({ 'Sec-WebSocket-Version': version }));
    await other.closed;
    expect(other.status).toBe(426);
  });

  it.each([
    ['no key', { 'Sec-WebSocket-Key': undefined }],
    ['a short key', { 'Sec-WebSocket-Key': 'abc' }],
    ['a broken list of subprotocols', { 'Sec-WebSocket-Protocol': 'a,,b' }],
  ])('answers %s with 400', async (_what, headers) => {
    const bad = await answerTo(handshake(headers));
    await bad.closed;
    expect(bad.status).toBe(400);
    expect(bad.text).toContain('X-Content-Type-Options: nosniff');
    expect(server.online).toBe(0);
  });

  it.each(['Lobby', 'a b', '', '-a', '../x', 'x'.repeat(65), '%00'])(
    'rejects the room %j',
    async (room) => {
      const { status, line } = await refusal(server.port, `?room=${encodeURIComponent(room)}`);
      expect(status).toBe(400);
      expect(line).toMatch(/^bad room name: /);
    },
  );

  it('never agrees to an unknown subprotocol', async () => {
    const client = await answerTo(handshake({ 'Sec-WebSocket-Protocol': 'tickchat.v9, chat' }));
    expect(client.status).toBe(101);
    expect(client.text).not.toMatch(/sec-websocket-protocol/i);
    client.socket.destroy();
  });

  it('never agrees to compression', async () => {
    const client = await answerTo(handshake({ 'Sec-WebSocket-Extensions': 'permessage-deflate' }));
    expect(client.status).toBe(101);
    expect(client.text).not.toMatch(/sec-websocket-extensions/i);
    client.socket.destroy();
  });

  it('rejects connections over the limits, and accepts one when another closes', async () => {
    const [first, second] = [
      await PlainClient.connect(server.port),
      await PlainClient.connect(server.port),
    ];
    expect(await refusal(server.port)).toEqual({
      status: 429,
      line: 'too many connections from this address',
    });
    const third = await PlainClient.connect(server.port, '', { localAddress: '127.0.0.2' });
    expect(await refusal(server.port, '', { localAddress: '127.0.0.3' })).toEqual({
      status: 503,
      line: 'server is full',
    });
    first.ws.terminate();
    await second.untilTicks(1);
    await third.inbox.until('a free slot', () => server.online === 2);
    await PlainClient.connect(server.port);
  });

  it('releases the slot of a handshake that is rejected or reset', async () => {
    for (let i = 0; i < 5; i++) {
      const bad = await answerTo(handshake({ 'Sec-WebSocket-Key': 'abc' }));
      await bad.closed;
      const reset = new RawClient(server.port);
      reset.send(handshake());
      reset.socket.once('connect', () => reset.socket.resetAndDestroy());
      await reset.closed;
    }
    const client = await PlainClient.connect(server.port);
    await client.inbox.until('the others closed', () => server.online === 1);
    await PlainClient.connect(server.port);
  });
});
