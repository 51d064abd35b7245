import { CONNECTION_LOST } from '../protocol/close-code.js';
import type { Closed, Socket } from './socket.js';

/** Frames share a request up to this many characters; the server accepts far more bytes. */
const SHARED_LENGTH = 2000;

type Event = { readonly data: string } & Closed;

/**
 * `tickchat.v1` without a WebSocket, for networks that block those. The server's frames are
 * Server-Sent Events. The client's frames go in requests, one at a time, so that their order holds.
 */
class SseSocket implements Socket {
  readonly #sessions: URL;
  readonly #abort = new AbortController();
  readonly #listeners: Record<string, (event: Event) => void> = {};
  readonly #queue: string[] = [];
  /** Address of the session that the server has opened. */
  #session = '';
  #posted: Promise<unknown> = Promise.resolve();
  #closed: Closed = { code: CONNECTION_LOST };

  constructor(webSocketUrl: string) {
    this.#sessions = new URL('api/sessions', webSocketUrl.replace(/^ws/, 'http'));
    const end = (): void => {
      this.close(); // a request in flight has no session any more
      this.#emit('close');
    };
    this.#read().then(end, end);
  }

  /** One listener for each type. */
  addEventListener(type: string, listener: (event: Event) => void): void {
    this.#listeners[type] = listener;
  }

  send(text: string): void {
    this.#queue.push(text);
    this.#posted = this.#posted.then(() => this.#post()).catch(() => this.close());
  }

  close(): void {
    this.#abort.abort();
  }

  #emit(type: string, data = ''): void {
    this.#listeners[type]?.({ data, ...this.#closed });
  }

  /** Reads the stream to its end. */
  async #read(): Promise<void> {
    const { body } = await fetch(this.#sessions, { signal: this.#abort.signal });
    const reader = body?.getReader();
    const decoder = new TextDecoder();
    for (let rest = ''; ; ) {
      const part = await reader?.read();
      if (!part?.value) return;
      const events = (rest + decoder.decode(part.value, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) this.#onEvent(event);
    }
  }

  #onEvent(event: string): void {
    // The verb of a frame is the type of its event, the payload its data, on one line.
    const field = (name: string): string =>
      event
        .split('\n')
        .find((line) => line.startsWith(name))
        ?.slice(name.length) ?? '';
    const [verb, data] = [field('event: '), field('data: ')];
    if (verb === 'close') this.#closed = JSON.parse(data) as Closed;
    else if (verb === 'session') {
      this.#session = `${this.#sessions.href}/${data}`;
      this.#emit('open');
    } else if (verb) this.#emit('message', `${verb}:${data}`);
  }

  /** Posts the oldest frame, and those queued after it that fit into the same request. */
  async #post(): Promise<void> {
    const queue = this.#queue;
    let body = queue.shift();
    if (!body) return;
    while (queue[0] && body.length + queue[0].length < SHARED_LENGTH) body += `\n${queue.shift()}`;
    const { signal } = this.#abort;
    const { ok } = await fetch(this.#session, { method: 'POST', body, signal });
    if (!ok) this.close();
  }
}

/** Opens an SSE connection to the server of a WebSocket address. */
export function openSse(webSocketUrl: string): Socket {
  return new SseSocket(webSocketUrl);
}
