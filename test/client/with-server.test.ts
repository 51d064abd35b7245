import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect as connectTcp, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket } from 'ws';
import {
  connect,
  type Client,
  type ConnectOptions,
  type Gap,
  type Message,
} from '../../src/client/index.js';
import { Inbox } from '../support/inbox.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { V1Client } from '../support/v1-client.js';

/** A wire between clients and the server that the test can cut. */
class Wire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(target: () => number) {
    this.#server = createServer((near) => {
      const far = connectTcp(target(), '127.0.0.1');
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => {});
        from.on('close', () => to.destroy());
        from.pipe(to);
      }
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  close(): void {
    this.#server.close();
    this.cut();
  }
}

describe('client and server', () => {
  let server: TestServer;
  let wire: Wire;
  let url: string;
  let clients: Client[];

  beforeEach(async () => {
    clients = [];
    server = await startTestServer({ tick: '50ms', rate: '0', replay: '5' });
    wire = new Wire(() => server.port);
    url = `http://127.0.0.1:${await wire.listen()}/`;
  });

  afterEach(async () => {
    for (const client of clients) client.close();
    wire.close();
    await server.stop();
  });

  function join(options: ConnectOptions = {}) {
    const client = connect(url, { WebSocket, ...options });
    clients.push(client);
    const inbox = new Inbox<Message>();
    const gaps: Gap[] = [];
    client.on('message', (message) => inbox.push(message));
    client.on('gap', (gap) => gaps.push(gap));
    const texts = () => inbox.items.map(({ text }) => text);
    return { client, inbox, gaps, texts };
  }

  async function connected(client: Client): Promise<void> {
    if (client.state.name === 'connected') return;
    await new Promise<void>((resolve) => {
      const off = client.on('state', ({ name }) => {
        if (name !== 'connected') return;
        off();
        resolve();
      });
    });
  }

  it('talk: receipts, names, ids, the last few for a newcomer', async () => {
    const ann = join({ room: 'r', name: 'Ann', key: 'secret-of-ann' });
    const receipt = await ann.client.send('hello');
    expect(receipt).toMatchObject({
      seq: 1,
      text: 'hello',
      from: { id: ann.client.hello?.you.id, name: 'Ann' },
    });
    const ben = join({ room: 'r', name: 'Ben' });
    await ben.inbox.until('the replay', (all) => all.length === 1);
    ben.client.rename('Benjamin');
    await ben.client.send('hi');
    await ann.inbox.until('the answer', (all) => all.length === 2);
    expect(ann.inbox.items[1]?.from.name).toBe('Benjamin');
    expect(ben.texts()).toEqual(['hello', 'hi']);
    expect(ben.client.online).toBe(2);
  });

  it('reject what can not be said', async () => {
    const { client } = join();
    await connected(client);
    await expect(client.send('x'.repeat(5000))).rejects.toMatchObject({ code: 'too_long' });
    await expect(client.send('')).rejects.toMatchObject({ code: 'empty' });
    expect((await client.send('fine')).text).toBe('fine');
  });

  it('stop where the room can be none', async () => {
    const client = connect(`${url}?room=Not+this`, { WebSocket });
    clients.push(client);
    await expect(client.send('x')).rejects.toMatchObject({ code: 'stopped' });
    expect(client.state).toMatchObject({ name: 'stopped', reason: 'bad_room' });
  });

  it('lose nothing and repeat nothing while the link is cut again and again', async () => {
    const ann = join({ name: 'Ann' });
    const ben = join({ name: 'Ben' });
    await Promise.all([connected(ann.client), connected(ben.client)]);
    for (const { client } of [ann, ben]) {
      client.on('state', ({ name }) => name === 'reconnecting' && client.reconnect());
    }
    const receipts: Array<Promise<Message>> = [];
    for (let round = 0; round < 8; round += 1) {
      for (let i = 0; i < 10; i += 1) receipts.push(ann.client.send(`${round}.${i}`));
      await receipts[round * 10]; // the first of this round is through, the others are on their way
      wire.cut();
    }
    const seqs = (await Promise.all(receipts)).map(({ seq }) => seq);
    expect(seqs).toEqual(receipts.map((_, index) => index + 1));
    await ben.inbox.until('all', (all) => all.length >= receipts.length);
    for (const { inbox, gaps } of [ann, ben]) {
      expect(inbox.items.map(({ seq }) => seq)).toEqual(seqs);
      expect(gaps).toEqual([]);
    }
  });

  it('say that there is a gap when more was said meanwhile than is kept', async () => {
    await server.stop();
    server = await startTestServer({ history: '5', rate: '0', replay: '3' });
    const ann = join();
    await ann.client.send('before');
    const other = await V1Client.join(server.port);
    const back = new Promise<void>((resolve) => {
      ann.client.on('state', ({ name }) => {
        if (name !== 'reconnecting') return;
        for (let i = 0; i < 10; i += 1) other.send('msg', { id: String(i), text: `${i}` });
        resolve();
      });
    });
    wire.cut();
    await back;
    await ann.inbox.until('the last', (all) => all.at(-1)?.text === '9');
    expect(ann.texts()[0]).toBe('before');
    expect(ann.gaps).toHaveLength(1);
    const [gap] = ann.gaps;
    expect(ann.inbox.items[1]?.seq).toBe((gap?.to.seq ?? NaN) + 1);
    other.ws.terminate();
  });

  it('deliver once what is pending when the server is gone and another life of it begins', async () => {
    const ann = join({ name: 'Ann' });
    await ann.client.send('in the first life');
    const { port } = server;
    await server.stop();
    const pending = [1, 2, 3].map((n) => ann.client.send(`pending ${n}`));
    server = await startTestServer({ port: String(port), rate: '0' });
    ann.client.reconnect();
    const receipts = await Promise.all(pending);
    expect(receipts.map(({ seq, text }) => `${seq} ${text}`)).toEqual([
      '1 pending 1',
      '2 pending 2',
      '3 pending 3',
    ]);
    expect(ann.gaps).toHaveLength(1);
    expect(ann.texts()).toEqual(['in the first life', 'pending 1', 'pending 2', 'pending 3']);
  });

  it('go through all messages in a loop, until the client is closed', async () => {
    const { client } = join();
    const messages = client.messages();
    const said = ['a', 'b', 'c'].map((text) => client.send(text));
    const heard: string[] = [];
    for await (const { text } of messages) {
      heard.push(text);
      if (text === 'c') client.close();
    }
    await Promise.all(said);
    expect(heard).toEqual(['a', 'b', 'c']);
  });
});
