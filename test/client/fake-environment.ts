import type { Environment } from '../../src/client/environment.js';
import type { Reach } from '../../src/client/reach.js';
import type { Socket, Transport } from '../../src/client/socket.js';
import { FakeTime } from '../support/fake-time.js';

type Listener = (event: { data: unknown; code: number; reason?: string }) => void;

/** A socket whose far end is the test. */
export class FakeSocket implements Socket {
  readonly transport: Transport;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly sent: string[] = [];
  /** Whether the client has closed it. */
  closing = false;
  gone = false;
  #open = false;
  readonly #listeners = new Map<string, Listener[]>();

  constructor(transport: Transport, url: string, protocols: readonly string[]) {
    this.transport = transport;
    this.url = url;
    this.protocols = protocols;
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

  /** The handshake is through; once is enough. */
  opens(): void {
    if (this.#open) return;
    this.#open = true;
    this.#emit('open');
  }

  receives(data: unknown): void {
    this.#emit('message', { data });
  }

  ends(code: number, reason?: string): void {
    this.gone = true;
    this.#emit('close', { code, ...(reason === undefined ? {} : { reason }) });
  }

  #emit(type: string, event: { data?: unknown; code?: number; reason?: string } = {}): void {
    for (const listener of this.#listeners.get(type) ?? []) {
      listener({ data: undefined, code: 0, ...event });
    }
  }
}

/** A world that stands still until the test moves it. */
export class FakeEnvironment implements Environment {
  readonly sockets: FakeSocket[] = [];
  readonly WebSocket: new (
    url: string,
    protocols: string[],
  ) => FakeSocket;
  /** What `random` says next and from then on. */
  chance = 0.5;
  /** Whether the page is before somebody's eyes. */
  seen = true;
  /** Answer of the server to plain HTTP; `silent` until it is set. */
  http: Reach | 'silent' = {
    ready: false,
    cause: { code: 'unreachable', text: 'localhost: nothing answers there' },
  };
  /** Number of HTTP requests so far. */
  asked = 0;
  readonly #unanswered = new Set<(result: Reach) => void>();
  readonly #time = new FakeTime();
  readonly #wakes = new Set<() => void>();

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super('websocket', url, protocols);
        sockets.push(this);
      }
    };
  }

  openSse = (url: string): FakeSocket => {
    const socket = new FakeSocket('sse', url, []);
    this.sockets.push(socket);
    return socket;
  };

  reach = (_url: string, done: (result: Reach) => void): (() => void) => {
    this.asked += 1;
    if (this.http !== 'silent') done(this.http);
    else this.#unanswered.add(done);
    return () => this.#unanswered.delete(done);
  };

  /** Answers the HTTP requests that wait, and later ones. */
  answersHttp(result: Reach): void {
    this.http = result;
    const waiting = [...this.#unanswered];
    this.#unanswered.clear();
    for (const done of waiting) done(result);
  }

  /** Number of HTTP requests that wait for an answer. */
  get asking(): number {
    return this.#unanswered.size;
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error('no socket was opened');
    return socket;
  }

  /** Sockets that have not ended, those that were closed and abandoned left out. */
  get alive(): number {
    return this.sockets.filter((socket) => !socket.gone && !socket.closing).length;
  }

  /** How many listen for {@link wakes}, and how many timers are armed. */
  get listening(): number {
    return this.#wakes.size;
  }

  get armed(): number {
    return this.#time.armed;
  }

  readonly precisionMs = 0;
  /** How far the wall clock is ahead of {@link now}. */
  wallAhead = 1_000_000;

  random = (): number => this.chance;

  now = (): number => this.#time.now();

  wall = (): number => this.now() + this.wallAhead;

  setTimer = (wake: () => void, delayMs: number): (() => void) =>
    this.#time.setTimer(wake, delayMs);

  setTickTimer = this.setTimer;

  visible = (): boolean => this.seen;

  onWake = (wake: () => void): (() => void) => {
    this.#wakes.add(wake);
    return () => this.#wakes.delete(wake);
  };

  /** The network, or the reader, is back. */
  wakes(): void {
    for (const wake of this.#wakes) wake();
  }

  /** `ms` pass in which nothing is done: the process is blocked. */
  jump(ms: number): void {
    this.#time.jump(ms);
  }

  /** Lets `ms` pass. */
  pass(ms: number): void {
    this.#time.advance(ms);
  }
}
