import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Gap } from '../../src/client/index.js';
import { Middlebox } from '../support/middlebox.js';
import { connected, LibraryClients, textsOf } from '../support/library-clients.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { until } from '../support/until.js';
import { V1Client } from '../support/v1-client.js';

/** Where a WebSocket is swallowed, four seconds are gone before anything else is tried. */
jest.setTimeout(30_000);

let server: TestServer;
const clients = new LibraryClients();

beforeEach(async () => {
  server = await startTestServer();
});

afterEach(async () => {
  clients.closeAll();
  await server.stop();
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
    const client = clients.join(url, 'ann');
    await connected(client);
    expect(client.transport).toBe('sse');
    expect(box.swallowed).toBe(1);
  });

  it('resumes over SSE when the connection is lost, and misses nothing', async () => {
    const ann = clients.join(url, 'ann');
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
    expect(ann.transport).toBe('sse');
    expect(box.swallowed).toBe(4); // each reconnect begins with a WebSocket
    ben.ws.close();
  });

  it('comes back after the server has stopped and another one is there', async () => {
    const client = clients.join(url, 'ann');
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
    const client = clients.join(`${url}?room=No+room`, 'ann');
    await until('stopped', () => client.state.name === 'stopped');
    expect(client.state).toMatchObject({ reason: 'bad_room' });
  });
});
