import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';
import { connect, type Client, type Gap } from '../../src/client/index.js';
import { Middlebox } from '../support/middlebox.js';
import { startNginx } from '../support/nginx.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

/** The bar: a client behind such a proxy is in the room by then. */
const CONNECTED_WITHIN_MS = 5000;

/** Where a WebSocket is swallowed, two seconds are gone before anything else is tried. */
jest.setTimeout(30_000);

let server: TestServer;
let clients: Client[];

function join(url: string, name: string): Client {
  const client = connect(url, { name, WebSocket });
  clients.push(client);
  return client;
}

async function connected(client: Client): Promise<void> {
  await until('connected', () => client.state.name === 'connected', CONNECTED_WITHIN_MS);
}

function textsOf(client: Client): string[] {
  const texts: string[] = [];
  client.on('message', ({ text }) => texts.push(text));
  return texts;
}

beforeEach(async () => {
  clients = [];
  server = await startTestServer();
});

afterEach(async () => {
  for (const client of clients) client.close();
  await server.stop();
});

describe('a client behind nginx that knows nothing of WebSockets', () => {
  it('comes by events, says so, and talks with the others', async () => {
    const nginx = await startNginx(server.port);
    const ann = join(nginx.url, 'ann');
    await connected(ann);
    expect(ann.transport).toBe('events');
    const ben = join(server.url, 'ben');
    await connected(ben);
    expect(ben.transport).toBe('websocket');
    const texts = textsOf(ann);
    const said = Array.from({ length: 30 }, (_, i) => `ann ${i}`);
    const receipts = await Promise.all(said.map((text) => ann.send(text)));
    expect(receipts.map(({ seq }) => seq)).toEqual(said.map((_, i) => i + 1));
    const long = `${'ü\u2028"\\'.repeat(400)}\r\n\r\ndata: x`;
    await ben.send(long);
    await until('all was heard', () => texts.length === 31);
    expect(texts).toEqual([...said, long]);
    await until('the clock is set', () => ann.clock.synced);
    ann.close();
    await until('ann has left', () => ben.online === 1);
    await nginx.stop();
  });
});

describe('a client whose WebSockets are swallowed', () => {
  let box: Middlebox;
  let url: string;

  beforeEach(async () => {
    box = new Middlebox(() => server.port);
    url = `http://127.0.0.1:${await box.listen()}/`;
  });

  afterEach(() => box.close());

  it('does not wait for them for long', async () => {
    const client = join(url, 'ann');
    await connected(client);
    expect(client.transport).toBe('events');
    expect(box.swallowed).toBe(1);
  });

  it('resumes by events when the connection is lost, and misses nothing', async () => {
    const ann = join(url, 'ann');
    const texts = textsOf(ann);
    const gaps: Gap[] = [];
    ann.on('gap', (gap) => gaps.push(gap));
    ann.on('state', ({ name }) => name === 'reconnecting' && ann.reconnect());
    await connected(ann);
    const ben = await V1Client.join(server.port);
    for (let round = 0; round < 3; round += 1) {
      box.cut();
      const meanwhile = ann.send(`ann ${round}`);
      ben.send('msg', { id: `b${round}`, text: `ben ${round}` });
      await meanwhile;
    }
    await until('all was heard', () => texts.length === 6);
    expect(texts.filter((text) => text.startsWith('ann'))).toEqual(['ann 0', 'ann 1', 'ann 2']);
    expect(texts.filter((text) => text.startsWith('ben'))).toEqual(['ben 0', 'ben 1', 'ben 2']);
    expect(gaps).toEqual([]);
    expect(ann.transport).toBe('events');
    expect(box.swallowed).toBe(1);
    ben.ws.close();
  });

  it('comes back after the server has stopped and another one is there', async () => {
    const client = join(url, 'ann');
    await connected(client);
    const stopped = server.stop();
    await until('lost', () => client.state.name === 'reconnecting');
    await stopped;
    server = await startTestServer();
    client.reconnect();
    await until('connected', () => client.state.name === 'connected');
    await client.send('back again');
  });

  it('stops when the server says that trying again would change nothing', async () => {
    const client = connect(`${url}?room=No+room`, { WebSocket });
    clients.push(client);
    await until('stopped', () => client.state.name === 'stopped');
    expect(client.state).toMatchObject({ reason: 'bad_room' });
  });
});
