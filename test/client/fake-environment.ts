import type { LinkEnvironment } from '../../src/client/link.js';
import type { Socket } from '../../src/client/socket.js';

type Listener = (event: { readonly data: unknown; readonly code: number }) => void;

/** A socket whose far end is the test. */
export class FakeSocket implements Socket {
  readonly url: string;
  readonly sent: string[] = [];
  /** Whether the client has closed it. */
  closing = false;
  gone = false;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(url: string) {
    this.url = url;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.closing = true;
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  opens(): void {
    this.#emit('open');
  }

  receives(data: unknown): void {
    this.#emit('message', { data });
  }

  ends(code: number): void {
    this.gone = true;
    this.#emit('close', { code });
  }

  #emit(type: string, event: { data?: unknown; code?: number } = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      listener({ data: event.data, code: event.code ?? 0 });
    }
  }
}

/** A world that stands still until the test moves it. */
export class FakeEnvironment implements LinkEnvironment {
  readonly sockets: FakeSocket[] = [];
  readonly WebSocket: new (
    url: string,
  ) => FakeSocket;
  /** What `random` says next and from then on. */
  chance = 0.5;
  #nowMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(url);
        sockets.push(this);
      }
    };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  /** Sockets that have not ended. */
  get alive(): number {
    return this.sockets.filter((socket) => !socket.gone).length;
  }

  random = (): number => this.chance;

  setTimer = (wake: () => void, delayMs: number): (() => void) => {
    const timer = { atMs: this.#nowMs + delayMs, wake };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Lets `ms` pass. */
  pass(ms: number): void {
    this.#nowMs += ms;
    for (const timer of this.#timers) {
      if (timer.atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.wake();
    }
  }
}
