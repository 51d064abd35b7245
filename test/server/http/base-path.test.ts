import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { connect } from '../../../src/client/index.js';
import { RawClient, request } from '../../support/raw-client.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { until } from '../../support/until.js';

describe('a server with a base path', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ basePath: '/a/tick-chat/' });
  });
  afterAll(() => server.stop());

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, { redirect: 'manual', ...init });

  it.each([
    ['/a/tick-chat/', 200],
    ['/a/tick-chat/client.js', 200],
    ['/a/tick-chat/healthz', 200],
    ['/a/tick-chat/api/rooms/a/messages', 200],
    ['/a/tick-chat//', 404],
    ['/healthz', 200],
    ['/readyz', 200],
    ['/', 404],
    ['/client.js', 404],
    ['/api/rooms/a/messages', 404],
    ['/a/tick-chatter/', 404],
    ['/a/tick_chat/', 404],
    ['/A/tick-chat/', 404],
  ])('answers %s with %d', async (path, status) => {
    expect((await ask(path)).status).toBe(status);
  });

  it('says where it is', async () => {
    expect(await (await ask('/')).text()).toContain('at /a/tick-chat/ (--base-path)');
  });

  it('leads to the page from the path without its slash', async () => {
    const response = await ask('/a/tick-chat?room=stage');
    expect(response.status).toBe(308);
    expect(response.headers.get('Location')).toBe('tick-chat/?room=stage');
    const followed = await ask('/a/tick-chat?room=stage', { redirect: 'follow' });
    expect(followed.url).toBe(`${server.url}/a/tick-chat/?room=stage`);
    expect(followed.status).toBe(200);
  });

  it('reads a target with a scheme and a host', async () => {
    const client = new RawClient(server.port);
    client.send(request('GET', 'http://localhost/a/tick-chat/healthz'));
    await client.untilText('ok');
    expect(client.status).toBe(200);
    client.socket.destroy();
  });

  it.each([
    ['/a/tick-chat/ws', 101],
    ['/ws', 404],
    ['/a/tick-chat', 308],
  ])('answers a handshake at %s with %d', async (path, status) => {
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}${path}`);
    const answered = await new Promise<number>((resolve) => {
      ws.once('open', () => resolve(101));
      ws.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
      ws.on('error', () => {});
    });
    expect(answered).toBe(status);
    ws.terminate();
  });

  it.each(['/a/tick-chat', '/a/tick-chat/', '/a/tick-chat/ws'])(
    'is reached by the library at %s',
    async (path) => {
      const client = connect(`${server.url}${path}`, { room: 'by-path', WebSocket });
      await until('connected', () => client.state.name === 'connected');
      const { seq } = await client.send('hello');
      expect(seq).toBeGreaterThan(0);
      client.close();
    },
  );

  it('names a message relative to the request', async () => {
    const at = '/a/tick-chat/api/rooms/posts/messages';
    const response = await ask(at, { method: 'POST', body: 'x' });
    const location = new URL(response.headers.get('Location') ?? '', `${server.url}${at}`);
    expect(location.pathname).toBe(at);
    expect((await fetch(location)).status).toBe(200);
  });
});
