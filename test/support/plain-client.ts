import { once } from 'node:events';
import { WebSocket, type ClientOptions } from 'ws';
import { Inbox } from './inbox.js';

/** A plain client: what it got, and how it ended. */
export class PlainClient {
  readonly ws: WebSocket;
  readonly inbox = new Inbox<string>();
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data) => this.inbox.push(String(data)));
    ws.on('error', () => {}); // 'close' follows and says the code
    this.closed = new Promise((resolve) => {
      ws.once('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  /** Connects to `ws://127.0.0.1:port/ws` with this query. Rejects if it is refused. */
  static async connect(
    port: number,
    query = '',
    options: ClientOptions = {},
  ): Promise<PlainClient> {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws${query}`, options);
    const client = new PlainClient(ws);
    await once(ws, 'open');
    return client;
  }

  send(text: string): void {
    this.ws.send(text);
  }

  /** The texts of the messages that have come. */
  get messages(): string[] {
    return this.inbox.items
      .filter((frame) => frame.startsWith('msg:'))
      .map((frame) => frame.slice(4));
  }

  /** The numbers of the ticks that have come. */
  get ticks(): number[] {
    return this.inbox.items
      .filter((frame) => frame.startsWith('tick:'))
      .map((frame) => Number(frame.slice(5)));
  }

  /** Resolves when `count` messages have come. */
  async untilMessages(count: number): Promise<string[]> {
    await this.inbox.until(`${count} messages`, () => this.messages.length >= count);
    return this.messages;
  }

  /** Resolves when `count` ticks have come. */
  async untilTicks(count: number): Promise<number[]> {
    await this.inbox.until(`${count} ticks`, () => this.ticks.length >= count);
    return this.ticks;
  }
}

/** The status with which a handshake is refused, and its one line. */
export function refusal(
  port: number,
  query = '',
  options: ClientOptions = {},
): Promise<{ status: number | undefined; line: string }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws${query}`, options);
    ws.once('open', () => {
      ws.terminate();
      reject(new Error('the handshake was accepted'));
    });
    ws.once('error', reject);
    ws.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode, line: body.trim() }));
    });
  });
}
