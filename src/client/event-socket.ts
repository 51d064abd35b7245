import { ABNORMAL, type Socket } from './socket.js';

interface SocketEvent {
  readonly data: unknown;
  readonly code: number;
}

/** What the server sends: the verb of a frame as the type, its payload as the data, in one line. */
const EVENT = /event: (\w+)[^]*?\ndata: ([^\n]*)/;

/** Frames share a request up to so many characters; the server takes far more bytes than that. */
const SHARED_LENGTH = 2000;

/**
 * `tickchat.v1` without a WebSocket, for networks that block those: the server's frames are a stream
 * of events, the client's go in requests, one at a time so that their order holds.
 */
export class EventSocket implements Socket {
  readonly #address: string;
  readonly #abort = new AbortController();
  readonly #listeners: Record<string, (event: SocketEvent) => void> = {};
  readonly #queue: string[] = [];
  #session = '';
  #posting = false;

  /** @param url that of the WebSocket */
  constructor(url: string) {
    this.#address = new URL('api/sessions', url.replace(/^ws/, 'http')).href;
    void this.#read();
  }

  /** One listener for each type. */
  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.#listeners[type] = listener;
  }

  send(text: string): void {
    this.#queue.push(text);
    if (!this.#posting) void this.#post();
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    let code = ABNORMAL;
    try {
      const { body } = await fetch(this.#address, { signal: this.#abort.signal });
      const reader = body?.getReader();
      const decoder = new TextDecoder();
      for (let rest = ''; ; ) {
        const read = await reader?.read();
        if (!read || read.done) break;
        const events = (rest + decoder.decode(read.value, { stream: true })).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) {
          const [, verb, data = ''] = EVENT.exec(event) ?? [];
          if (verb === 'close') ({ code } = JSON.parse(data) as SocketEvent);
          else if (verb === 'session') this.#begin(data);
          else if (verb) this.#tell('message', `${verb}:${data}`);
        }
      }
    } catch {} // lost, or closed from this side
    this.#abort.abort(); // what is being sent has no session any more
    this.#tell('close', '', code);
  }

  #begin(session: string): void {
    this.#session = session;
    this.#tell('open');
  }

  /** What was said meanwhile goes together in the next request. */
  async #post(): Promise<void> {
    this.#posting = true;
    const queue = this.#queue;
    for (let body = queue.shift(); body; body = queue.shift()) {
      while (queue[0] && body.length + queue[0].length < SHARED_LENGTH)
        body += `\n${queue.shift()}`;
      const request = { method: 'POST', body, signal: this.#abort.signal };
      const taken = await fetch(`${this.#address}/${this.#session}`, request).catch(
        () => undefined,
      );
      if (!taken?.ok) this.close();
    }
    this.#posting = false;
  }

  #tell(type: string, data = '', code = 0): void {
    this.#listeners[type]?.({ data, code });
  }
}
