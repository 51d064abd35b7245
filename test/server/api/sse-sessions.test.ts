import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { clientFrame, type Hello, type Message } from '../../../src/protocol/v1.js';
import { ask, EventClient, type Answer } from '../../support/event-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { until } from '../../support/until.js';
import { V1Client } from '../../support/v1-client.js';

let server: TestServer;
let streams: EventClient[];

async function begin(path = '/api/sessions') {
  const stream = await EventClient.open(server.port, path);
  streams.push(stream);
  const { data: id } = await stream.next('session');
  const post = (...frames: string[]): Promise<Answer> =>
    ask(server.port, 'POST', `/api/sessions/${id}`, { body: frames.join('\n') });
  return { stream, id, post };
}

async function restart(options: Parameters<typeof startTestServer>[0]): Promise<void> {
  await server.stop();
  server = await startTestServer(options);
}

beforeEach(async () => {
  streams = [];
  server = await startTestServer();
});

afterEach(async () => {
  for (const stream of streams) stream.leave();
  await server.stop();
});

const msg = (id: string, text = id): string => clientFrame('msg', { id, text });

describe('tickchat.v1 over SSE and requests', () => {
  it('joins, sends and receives in a room with other clients', async () => {
    const ann = await V1Client.join(server.port, { name: 'ann', room: 'game' });
    const { stream, post } = await begin('/api/sessions?room=game');
    const join = clientFrame('join', { name: 'ben', key: 'k'.repeat(20) });
    expect(await post(join)).toMatchObject({ status: 204, body: '' });
    expect(await stream.json<Hello>('hello')).toMatchObject({ room: 'game', online: 2 });
    await post(msg('b1', 'hello\nann'), clientFrame('sync', { t0: 5 }));
    expect(await ann.next('msg')).toMatchObject({ text: 'hello\nann', from: { name: 'ben' } });
    expect(await stream.json<Message>('msg')).toEqual(await ann.next('msg'));
    expect(await stream.json('sync')).toMatchObject({ t0: 5 });
    ann.send('msg', { id: 'a1', text: 'hello ben' });
    expect(await stream.json<Message>('msg', 1)).toMatchObject({ text: 'hello ben' });
    ann.ws.close();
  });

  it('sends every tick, whatever `ticks` says', async () => {
    await restart({ tick: '50ms' });
    const { stream, post } = await begin();
    await post(clientFrame('join', { ticks: 'sparse' }));
    await stream.next('tick', 9);
    const numbers = stream.all('tick').map(({ data }) => Number(data));
    // With sparse ticks the tenth would be 900 ticks later.
    expect((numbers.at(-1) ?? NaN) - (numbers[0] ?? NaN)).toBeLessThan(200);
  });

  it('handles the frames of a request in order, and answers a bad one with fail', async () => {
    const { stream, post } = await begin();
    const ids = Array.from({ length: 20 }, (_, i) => `m${i}`);
    await post('join:{}', ...ids.map((id) => msg(id)), 'nonsense');
    expect(await stream.untilTexts(20)).toEqual(ids);
    expect(await stream.json('fail')).toMatchObject({ code: 'bad_frame' });
  });

  it('answers 404 after the stream has ended', async () => {
    const { stream, post } = await begin();
    stream.leave();
    await until('disconnected', () => server.online === 0);
    expect(await post('join:{}')).toMatchObject({ status: 404 });
  });

  it('gives every session a random id', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, async () => (await begin()).id));
    expect(new Set(ids).size).toBe(10);
    for (const id of ids) expect(id).toMatch(/^[\w-]{24}$/);
    const answer = await ask(server.port, 'POST', '/api/sessions/guess', { body: 'join:{}' });
    expect(answer.status).toBe(404);
  });

  it('rejects bodies larger than a frame, and other than UTF-8', async () => {
    await restart({ maxMessage: '100' });
    const { post } = await begin();
    expect(await post('x'.repeat(10_000))).toMatchObject({ status: 413 });
    const { id } = await begin();
    const path = `/api/sessions/${id}`;
    const answer = await ask(server.port, 'POST', path, { body: Buffer.from([0xff, 0xfe]) });
    expect(answer).toMatchObject({ status: 400, body: 'the body is not UTF-8' });
  });

  it('delays the response of a client over its rate, and rejects a second request meanwhile', async () => {
    await restart({ rate: '1', burst: '2' });
    const { stream, post } = await begin();
    let answered = false;
    // Not awaited: the rest of it takes seconds.
    const first = post('join:{}', ...Array.from({ length: 30 }, (_, i) => msg(`m${i}`)));
    void first.then(
      () => (answered = true),
      () => {},
    );
    await stream.next('msg');
    expect(await post(msg('second'))).toMatchObject({ status: 409 });
    expect(answered).toBe(false);
    stream.leave();
  });

  it('rejects a page of another site', async () => {
    const { id } = await begin();
    const headers = { Origin: 'http://elsewhere.example' };
    const answer = await ask(server.port, 'POST', `/api/sessions/${id}`, { headers, body: 'x' });
    expect(answer.status).toBe(403);
  });

  it.each([
    ['DELETE', '/api/sessions', 'GET, HEAD, OPTIONS'],
    ['GET', '/api/sessions/1', 'POST, OPTIONS'],
  ])('rejects %s %s', async (method, path, allow) => {
    const answer = await ask(server.port, method, path);
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
  });

  it('ends the stream with a close event after ten bad frames', async () => {
    const { stream, post } = await begin();
    await post(...Array.from({ length: 10 }, () => 'nonsense'));
    expect(await stream.json('close')).toMatchObject({ code: 4000 });
    await stream.closed;
  });
});
