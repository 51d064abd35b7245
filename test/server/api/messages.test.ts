import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../../support/plain-client.js';
import { RawClient, request } from '../../support/raw-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { V1Client } from '../../support/v1-client.js';

interface Said {
  readonly seq: number;
  readonly from: { readonly id: string; readonly name: string };
  readonly text: string;
  readonly id: string;
  readonly duplicate: boolean;
}

interface History {
  readonly epoch: string;
  readonly seq: number;
  readonly messages: readonly Said[];
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

/** Publishes `body` in `room`. */
function post(
  server: TestServer,
  room: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Response> {
  const url = `${server.url}/api/rooms/${room}/messages`;
  return fetch(url, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'text/plain', ...headers },
  });
}

async function history(server: TestServer, room: string, query = ''): Promise<History> {
  const response = await fetch(`${server.url}/api/rooms/${room}/messages${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as History;
}

describe('messages over HTTP', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ tick: '1s', rate: '0', maxMessage: '100', history: '200' });
  });
  afterAll(() => server.stop());

  it('are delivered to all clients, and answered with their entry in the log', async () => {
    const [plain, v1] = [
      await PlainClient.connect(server.port, '?room=said'),
      await V1Client.join(server.port, { room: 'said' }),
    ];
    const response = await post(server, 'said', 'a:b\n<i>😀 ');
    expect(response.status).toBe(201);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    const { duplicate, ...said } = (await response.json()) as Said;
    expect([said.seq, said.text, said.from.name, duplicate]).toEqual([
      1,
      'a:b\n<i>😀 ',
      'guest',
      false,
    ]);
    expect(await v1.next('msg')).toEqual(said);
    expect(await plain.untilMessages(1)).toEqual(['a:b\n<i>😀 ']);
    const where = response.headers.get('Location') ?? '';
    const there = (await (await fetch(new URL(where, response.url))).json()) as History;
    expect(there.messages).toEqual([said]);
    plain.ws.terminate();
    v1.ws.terminate();
  });

  it('may be JSON, with an id and a name', async () => {
    const body = { text: 'hello', id: 'x1', name: ' Deploy bot ' };
    const response = await post(server, 'json', JSON.stringify(body), JSON_TYPE);
    expect(await response.json()).toMatchObject({
      text: 'hello',
      id: 'x1',
      from: { name: 'Deploy bot', id: expect.stringMatching(/^[\w-]{12}$/) },
    });
  });

  it('are logged once when sent again with the same key', async () => {
    const say = (key: string, text = 'once') =>
      post(server, 'once', text, { 'Idempotency-Key': key });
    const first = await say('k1');
    const again = await say('"k1"');
    const other = await say('k2');
    expect([first.status, again.status, other.status]).toEqual([201, 200, 201]);
    const said = (await first.json()) as Said;
    expect(await again.json()).toEqual({ ...said, duplicate: true });
    const asJson = await post(server, 'once', '{"text":"once","id":"k1"}', JSON_TYPE);
    expect(asJson.status).toBe(200);
    const named = await post(server, 'once', '{"text":"once","id":"k1","name":"ann"}', JSON_TYPE);
    expect(named.status).toBe(201); // another author, whose k1 is another message
    expect((await history(server, 'once')).seq).toBe(3);
  });

  it.each([
    [undefined, 201],
    ['text/plain', 201],
    ['TEXT/PLAIN; charset="UTF-8"', 201],
    ['text/plain; format=flowed; charset=us-ascii', 201],
    ['application/x-www-form-urlencoded', 201],
    ['text/plain; charset=latin1', 415],
    ['text/html', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('with the content type %s are answered with %d', async (type, status) => {
    const body = Buffer.from('a=b&c');
    const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type };
    const url = `${server.url}/api/rooms/types/messages`;
    const response = await fetch(url, { method: 'POST', body, headers });
    expect(response.status).toBe(status);
    if (status === 201) expect(await response.json()).toMatchObject({ text: 'a=b&c' });
  });

  it.each([
    ['an empty text', '', {}, 400, 'text is empty'],
    ['a text that is too long', 'é'.repeat(51), {}, 413, 'text takes up to 100 bytes of UTF-8'],
    ['a body that is far too long', 'x'.repeat(300_000), {}, 413, 'text takes up to 100 bytes'],
    ['no UTF-8', Buffer.from([0xc3, 0x28]), {}, 400, 'the body is not UTF-8'],
    [
      'a compressed body',
      'x',
      { 'Content-Encoding': 'gzip' },
      415,
      'the body is gzip; takes it as',
    ],
    ['broken JSON', '{"text"', JSON_TYPE, 400, 'takes a JSON object: {"text", "id"?, "name"?}'],
    ['JSON that is not an object', '["text"]', JSON_TYPE, 400, 'takes a JSON object'],
    ['JSON without text', '{"txt":"x"}', JSON_TYPE, 400, 'text takes a string'],
    ['half a character', '{"text":"\\ud800"}', JSON_TYPE, 400, 'text has half a surrogate pair'],
    ['an id that is empty', '{"text":"x","id":""}', JSON_TYPE, 400, 'id takes 1 to 64 characters'],
    [
      'an id that is a number',
      '{"text":"x","id":1}',
      JSON_TYPE,
      400,
      'id takes 1 to 64 characters',
    ],
    ['a bad name', '{"text":"x","name":"a\\nb"}', JSON_TYPE, 400, 'name takes 1 to 32 characters'],
    [
      'a long key',
      'x',
      { 'Idempotency-Key': 'k'.repeat(65) },
      400,
      'Idempotency-Key takes 1 to 64',
    ],
    [
      'two ids',
      '{"text":"x","id":"a"}',
      { ...JSON_TYPE, 'Idempotency-Key': 'b' },
      400,
      'id and Idempotency-Key are the same thing',
    ],
  ] as Array<[string, string | Buffer, Record<string, string>, number, string]>)(
    'are rejected with %s',
    async (_what, body, headers, status, line) => {
      const response = await post(server, 'refused', body, headers);
      const text = await response.text();
      expect([response.status, text.split('\n').length]).toEqual([status, 2]);
      expect(text).toContain(line);
      expect((await history(server, 'refused')).seq).toBe(0);
    },
  );

  it.each(['Lobby', '..%2Fx', '%00', '%', 'a'.repeat(65), ''])(
    'are rejected for the room %j',
    async (room) => {
      const response = await post(server, room, 'x');
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(/^bad room name: /);
    },
  );

  it('are read from any position, up to a limit', async () => {
    for (let i = 1; i <= 120; i++) await post(server, 'long', `m${i}`);
    const seqs = async (query: string) =>
      (await history(server, 'long', query)).messages.map(({ seq }) => seq);
    const count = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => from + i);
    expect(await seqs('')).toEqual(count(71, 120));
    expect(await seqs('?limit=3')).toEqual([118, 119, 120]);
    expect(await seqs('?after=0&limit=1000')).toEqual(count(1, 120));
    expect(await seqs('?after=100&limit=7')).toEqual(count(101, 107));
    expect(await seqs('?after=118')).toEqual([119, 120]);
    expect(await seqs('?after=120')).toEqual([]);
    expect(await seqs('?after=999999999999999')).toEqual([]);
    const { epoch, seq } = await history(server, 'long', '?after=120');
    const { log } = await (await V1Client.join(server.port, { room: 'long' })).hello();
    expect({ epoch, seq }).toEqual(log);
    expect(await history(server, 'nobody-was-here')).toEqual({ epoch, seq: 0, messages: [] });
  });

  it.each(['?limit=0', '?limit=1001', '?limit=x', '?limit=', '?after=-1', '?after=1.5', '?after='])(
    'are not returned with %s',
    async (query) => {
      const response = await fetch(`${server.url}/api/rooms/long/messages${query}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toMatch(/^(limit|after) takes a whole number/);
    },
  );

  it('are returned up to 256 KB at once, the rest by another request', async () => {
    const big = await startTestServer({ maxMessage: '64kb', rate: '0' });
    const text = 'x'.repeat(64 * 1024);
    for (let i = 0; i < 6; i++) await post(big, 'lobby', text);
    const first = await history(big, 'lobby', '?after=0');
    expect(first.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    const rest = await history(big, 'lobby', '?after=4');
    expect(rest.messages.map(({ seq }) => seq)).toEqual([5, 6]);
    await big.stop();
  });

  it('have a HEAD, OPTIONS, and no other methods', async () => {
    const url = `${server.url}/api/rooms/lobby/messages`;
    const head = await fetch(url, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const options = await fetch(url, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('Allow')]).toEqual([
      204,
      'GET, POST, HEAD, OPTIONS',
    ]);
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const other = await fetch(url, { method, body: 'x' });
      expect([other.status, other.headers.get('Allow')]).toEqual([405, 'GET, POST, HEAD, OPTIONS']);
    }
    for (const path of [
      '/api/',
      '/api/rooms/lobby',
      '/api/rooms/lobby/messages/',
      '/api/rooms/a/b/messages',
    ]) {
      expect((await fetch(server.url + path)).status).toBe(404);
    }
  });

  it('may come from a client that is too slow (408) or disconnects', async () => {
    const head = (length: number) =>
      request('POST', '/api/rooms/slow/messages', {
        Host: 'localhost',
        'Content-Length': String(length),
      });
    const [slow, gone] = [new RawClient(server.port), new RawClient(server.port)];
    slow.send(`${head(5)}hal`);
    gone.socket.once('connect', () => {
      gone.socket.write(`${head(5)}hal`, () => gone.socket.resetAndDestroy());
    });
    await gone.closed;
    await slow.closed;
    expect(slow.status).toBe(408);
    expect((await history(server, 'slow')).seq).toBe(0);
  }, 20_000);

  it('may be sent in chunks', async () => {
    const client = new RawClient(server.port);
    const headers = { Host: 'localhost', 'Transfer-Encoding': 'chunked', Connection: 'close' };
    client.send(request('POST', '/api/rooms/chunks/messages', headers));
    client.send('3\r\nhel\r\n');
    client.send('2\r\nlo\r\n0\r\n\r\n');
    await client.closed;
    expect(client.status).toBe(201);
    expect((await history(server, 'chunks')).messages).toMatchObject([{ text: 'hello' }]);
  });

  it('are rejected in chunks of a byte, and the rest of the body is not parsed', async () => {
    const large = await startTestServer({ tick: '1s', rate: '0' });
    const client = new RawClient(large.port);
    const headers = { Host: 'localhost', 'Transfer-Encoding': 'chunked' };
    client.send(request('POST', '/api/rooms/chunks/messages', headers));
    client.send('1\r\nx\r\n'.repeat(2000));
    await client.closed;
    expect(client.status).toBe(400);
    expect(client.text).toContain('too many small chunks');
    await large.stop();
  });

  it('may come in many chunks of some length', async () => {
    const large = await startTestServer({ tick: '1s', rate: '0', maxMessage: '64kb' });
    const client = new RawClient(large.port);
    const headers = { Host: 'localhost', 'Transfer-Encoding': 'chunked' };
    client.send(request('POST', '/api/rooms/chunks/messages', headers));
    client.send(`${`40\r\n${'x'.repeat(64)}\r\n`.repeat(800)}0\r\n\r\n`);
    await client.closed;
    expect(client.status).toBe(201);
    await large.stop();
  });

  it.each([
    ['a body', { 'Content-Length': '1' }],
    ['none', {}],
  ])('are rejected with an offer to upgrade and %s', async (_what, more) => {
    const client = new RawClient(server.port);
    client.send(
      `${request('POST', '/api/rooms/lobby/messages', {
        Host: 'localhost',
        Connection: 'Upgrade, HTTP2-Settings',
        Upgrade: 'h2c',
        ...more,
      })}x`,
    );
    await client.closed;
    expect(client.status).toBe(400);
  });
});

describe('messages over HTTP and the Origin', () => {
  let server: TestServer;
  afterEach(() => server.stop());

  const ask = (origin: string, init: RequestInit = {}) =>
    fetch(`${server.url}/api/rooms/lobby/messages`, {
      ...init,
      headers: { Origin: origin, ...(init.headers as Record<string, string>) },
    });

  it('only a page of the same origin may send and read', async () => {
    server = await startTestServer();
    expect((await ask(server.url, { method: 'POST', body: 'x' })).status).toBe(201);
    for (const origin of ['null', 'http://evil.example', 'https://127.0.0.1']) {
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const response = await ask(origin, { method });
        expect([origin, response.status]).toEqual([origin, 403]);
        expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
      }
    }
    const messages = await history(server, 'lobby');
    expect(messages.seq).toBe(1);
  });

  it('a page of an allowed origin may send and read', async () => {
    const origin = 'https://app.example';
    server = await startTestServer({ origin });
    const preflight = await ask(origin, {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(preflight.headers.get('Access-Control-Allow-Methods')).toContain('POST');
    expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain('Authorization');
    const said = await ask(origin, { method: 'POST', body: 'x' });
    expect(said.status).toBe(201);
    expect(said.headers.get('Access-Control-Allow-Origin')).toBe(origin);
    expect(said.headers.get('Vary')).toBe('Origin');
  });
});

describe('messages over HTTP and the rate limit', () => {
  let server: TestServer;
  afterEach(() => server.stop());

  it('an address over its rate gets 429 with Retry-After', async () => {
    server = await startTestServer({ rate: '1', burst: '3' });
    const statuses: number[] = [];
    let over: Response | undefined;
    for (let i = 0; i < 30 && over === undefined; i++) {
      const response = await post(server, 'lobby', `m${i}`);
      statuses.push(response.status);
      if (response.status === 429) over = response;
    }
    expect(statuses.slice(0, 3)).toEqual([201, 201, 201]);
    expect(over?.headers.get('Retry-After')).toBe('1');
    expect(await over?.text()).toBe('too many requests from this address\n');
  });
});
