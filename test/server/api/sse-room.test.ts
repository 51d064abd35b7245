import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Hello, Message } from '../../../src/protocol/v1.js';
import { ask, EventClient } from '../../support/event-client.js';
import { PlainClient } from '../../support/plain-client.js';
import { RawClient, request } from '../../support/raw-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { until } from '../../support/until.js';
import { V1Client } from '../../support/v1-client.js';

const LOBBY = '/api/rooms/lobby/events';

let server: TestServer;
let streams: EventClient[];

async function open(path = LOBBY, headers: Record<string, string> = {}): Promise<EventClient> {
  const stream = await EventClient.open(server.port, path, headers);
  streams.push(stream);
  return stream;
}

beforeEach(async () => {
  streams = [];
  server = await startTestServer({ tick: '50ms' });
});

afterEach(async () => {
  for (const stream of streams) stream.leave();
  await server.stop();
});

describe('a room as Server-Sent Events', () => {
  it('sends hello, the history, then live messages and ticks', async () => {
    const ann = await V1Client.join(server.port, { name: 'ann' });
    ann.send('msg', { id: 'a', text: 'before\nyou' });
    await ann.next('msg');
    const stream = await open();
    const hello = await stream.json<Hello>('hello');
    expect(hello).toMatchObject({ room: 'lobby', recovered: null, replay: 1, online: 2 });
    ann.send('msg', { id: 'b', text: 'with you' });
    expect(await stream.untilTexts(2)).toEqual(['before\nyou', 'with you']);
    const ticks = [await stream.next('tick', 0), await stream.next('tick', 1)];
    expect(Number(ticks[1]?.data)).toBeGreaterThan(Number(ticks[0]?.data));
    const live = await stream.next('msg', 1);
    expect(live.id).toBe(`${hello.log.epoch}:2`);
    expect(JSON.parse(live.data)).toEqual(await ann.next('msg', 1));
    expect(stream.inbox.items[0]?.event).toBe('hello');
    expect(stream.text).toMatch(/^retry: \d{4}\n\n/);
    ann.ws.close();
  });

  it('is neither cached nor buffered by proxies', async () => {
    const { headers } = await open();
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const head = await ask(server.port, 'HEAD', LOBBY);
    expect([head.status, head.headers['content-type'], head.body]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      '',
    ]);
  });

  it('resumes after the last event without a gap or a duplicate', async () => {
    const plain = await PlainClient.connect(server.port);
    const first = await open();
    plain.send('one');
    const { id = '' } = await first.next('msg');
    first.leave();
    for (const text of ['two', 'three']) plain.send(text);
    await plain.untilMessages(3);
    for (const stream of [
      await open(LOBBY, { 'Last-Event-ID': id }),
      await open(`${LOBBY}?after=${encodeURIComponent(id)}`),
      await open(`${LOBBY}?after=${id.replace(/1$/, '0')}`, { 'Last-Event-ID': id }),
    ]) {
      expect(await stream.json('hello')).toMatchObject({ recovered: true, replay: 2 });
      plain.send('more');
      expect((await stream.untilTexts(3)).slice(0, 3)).toEqual(expect.arrayContaining(['two']));
      expect(stream.texts.slice(0, 2)).toEqual(['two', 'three']);
    }
    plain.ws.close();
  });

  it('resumes before the first message by the id of hello', async () => {
    const { id = '' } = await (await open()).next('hello');
    const plain = await PlainClient.connect(server.port);
    plain.send('meanwhile');
    await plain.untilMessages(1);
    const stream = await open(LOBBY, { 'Last-Event-ID': id });
    expect(await stream.json('hello')).toMatchObject({ recovered: true, replay: 1 });
    plain.ws.close();
  });

  it.each(['elsewhere:1', 'no position', 'a:b:c'])('reports a gap after %j', async (id) => {
    const stream = await open(LOBBY, { 'Last-Event-ID': id });
    expect(await stream.json('hello')).toMatchObject({ recovered: false });
  });

  it('counts as a client until it disconnects', async () => {
    const ann = await V1Client.join(server.port);
    const stream = await open();
    expect((await ann.next('online')).n).toBe(2);
    expect(server.online).toBe(2);
    stream.leave();
    await until('disconnected', () => server.online === 1);
    ann.ws.close();
  });

  it('notices that a client which offered HTTP/2 has disconnected', async () => {
    const client = new RawClient(server.port);
    const headers = { Host: 'localhost', Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c' };
    client.send(request('GET', LOBBY, headers));
    await client.untilText('event: tick');
    client.socket.end();
    await client.closed;
    await until('disconnected', () => server.online === 0);
  });

  it('ends with a close event when the server stops', async () => {
    const stream = await open();
    await stream.next('hello');
    await server.stop();
    await stream.closed;
    const reason = 'server is going away';
    expect(await stream.json('close')).toEqual({ code: 1001, reason });
  });
});

describe('an SSE stream is rejected', () => {
  it.each([
    ['a page of another site', LOBBY, { Origin: 'http://elsewhere.example' }, 403],
    [
      'an image on another site',
      LOBBY,
      { 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Site': 'cross-site' },
      403,
    ],
    ['an invalid room', '/api/rooms/Lobby/events', {}, 400],
    ['an invalid position', `${LOBBY}?after=7`, {}, 400],
    ['a path below it', `${LOBBY}/1`, {}, 404],
  ])('for %s', async (_who, path, headers, status) => {
    const answer = await ask(server.port, 'GET', path, { headers });
    expect(answer.status).toBe(status);
    expect(answer.body).toMatch(/^[^\n]+$/);
    expect(server.online).toBe(0);
  });

  it('for other methods, with Allow', async () => {
    const answer = await ask(server.port, 'POST', LOBBY, { body: 'x' });
    expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('behind an unanswered request, whose response would never end', async () => {
    const client = new RawClient(server.port);
    client.send(request('GET', LOBBY) + request('GET', LOBBY));
    await client.untilText('event: tick');
    await until('one of them', () => server.online === 1);
    expect(server.stats.refused).toBe(1);
    client.socket.destroy();
  });

  it('when there is no slot, and accepted when one is released', async () => {
    const other = await startTestServer({ maxClients: '2', maxClientsPerIp: '1' });
    const stream = await EventClient.open(other.port, LOBBY);
    expect((await ask(other.port, 'GET', LOBBY)).status).toBe(429);
    stream.leave();
    await until('disconnected', () => other.online === 0);
    const next = await EventClient.open(other.port, LOBBY);
    next.leave();
    await other.stop();
  });

  it('unless its origin is allowed, which may read it then', async () => {
    const origin = 'http://elsewhere.example';
    const other = await startTestServer({ origin });
    const stream = await EventClient.open(other.port, LOBBY, { Origin: origin });
    expect(stream.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
    stream.leave();
    await other.stop();
  });
});

describe('an SSE stream that is read too slowly', () => {
  it('is closed when its queue is full; other clients are not delayed', async () => {
    const other = await startTestServer({ rate: '0', maxMessage: '64kb', maxQueue: '128kb' });
    const slow = new RawClient(other.port);
    slow.send(request('GET', LOBBY));
    await slow.untilText('event: hello');
    slow.socket.pause();
    const ann = await V1Client.join(other.port);
    const text = 'x'.repeat(60_000);
    let sent = 0;
    let queued = 0;
    while (other.online > 1) {
      ann.send('msg', { id: `m${sent}`, text });
      const receipt: Message = await ann.next('msg', sent);
      sent += 1;
      queued = Math.max(queued, other.queuedBytes);
      expect(receipt.seq).toBe(sent);
    }
    expect(queued).toBeGreaterThan(text.length);
    expect(queued).toBeLessThan((128 + 128) * 1024);
    ann.ws.close();
    slow.socket.destroy();
    await other.stop();
  });
});
