import { once } from 'node:events';
import type { Socket } from 'node:net';
import { WebSocket, type ClientOptions } from 'ws';
import { parseFrame } from '../../src/protocol/frame.js';
import {
  clientFrame,
  V1_SUBPROTOCOL,
  type ClientPayloads,
  type Hello,
  type Join,
  type Message,
  type ServerPayloads,
} from '../../src/protocol/v1.js';
import { Inbox } from './inbox.js';

/** A frame as it came: its verb and, but for ticks, its payload out of JSON. */
export interface Received {
  readonly verb: string;
  readonly payload: unknown;
}

/** A bare v1 client: it sends what it is told to and keeps what it gets. */
export class V1Client {
  readonly ws: WebSocket;
  readonly inbox = new Inbox<Received>();
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #byVerb = new Map<string, unknown[]>();
  #socket: Socket | undefined;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data: Buffer) => {
      const { verb, payload: text } = parseFrame(data.toString()) ?? { verb: '', payload: '' };
      const payload: unknown = verb === 'tick' ? Number(text) : JSON.parse(text);
      this.#byVerb.set(verb, this.#byVerb.get(verb) ?? []);
      this.#byVerb.get(verb)?.push(payload);
      this.inbox.push({ verb, payload });
    });
    ws.once('upgrade', ({ socket }) => (this.#socket = socket));
    ws.on('error', () => {}); // 'close' follows and says the code
    this.closed = new Promise((resolve) => {
      ws.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** Connects without joining. */
  static async connect(port: number, query = '', options: ClientOptions = {}): Promise<V1Client> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws${query}`, V1_SUBPROTOCOL, options);
    const client = new V1Client(ws);
    await once(ws, 'open');
    return client;
  }

  /** Connects and joins; resolves when `hello` and the replay have come. */
  static async join(port: number, join: Join = {}): Promise<V1Client> {
    const client = await V1Client.connect(port);
    client.send('join', join);
    const { replay } = await client.hello();
    await client.untilMessages(replay);
    return client;
  }

  send<V extends keyof ClientPayloads>(verb: V, payload: ClientPayloads[V]): void {
    this.ws.send(clientFrame(verb, payload));
  }

  /** What `send` sends leaves in one write: the server reads it in one turn. */
  together(send: () => void): void {
    this.#socket?.cork();
    send();
    this.#socket?.uncork();
  }

  /** The payloads of this verb that have come. */
  all<V extends keyof ServerPayloads>(verb: V): ReadonlyArray<ServerPayloads[V]> {
    return (this.#byVerb.get(verb) ?? []) as Array<ServerPayloads[V]>;
  }

  /** Resolves with the first payload of this verb, or the `n`th, counted from 0. */
  async next<V extends keyof ServerPayloads>(verb: V, n = 0): Promise<ServerPayloads[V]> {
    await this.inbox.until(`${verb} ${n}`, () => this.all(verb).length > n);
    const payload = this.all(verb)[n];
    if (payload === undefined) throw new Error(`no ${verb} ${n}`);
    return payload;
  }

  hello(): Promise<Hello> {
    return this.next('hello');
  }

  /** Resolves when `count` messages have come. */
  async untilMessages(count: number): Promise<readonly Message[]> {
    await this.inbox.until(`${count} messages`, () => this.all('msg').length >= count);
    return this.all('msg');
  }
}
