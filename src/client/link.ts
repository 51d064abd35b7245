import { afterClose } from '../protocol/close-code.js';
import { backoffDelayMs, type BackoffLimits } from './backoff.js';
import type { Environment } from './environment.js';
import type { Closed, Socket, Transport } from './socket.js';

/** Where a link stands. */
export type LinkState =
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  /** Lost; the next attempt is in `delayMs`. */
  | { readonly name: 'waiting'; readonly delayMs: number }
  /** Closed by the server with a code that trying again would not change. */
  | { readonly name: 'stopped'; readonly code: number; readonly reason: string | undefined };

/** What a link needs of the world around it. */
export type LinkEnvironment = Pick<Environment, 'WebSocket' | 'openEvents' | 'random' | 'setTimer'>;

/** What a link tells its owner. */
export interface LinkEvents {
  onState(state: LinkState): void;
  /** The socket is open: time to introduce oneself, and to {@link Link.confirm} when that worked. */
  onOpen(): void;
  /** A frame arrived. */
  onText(text: string): void;
}

/** How long a link waits before it tries again. */
export const BACKOFF: BackoffLimits = { firstMs: 500, capMs: 15_000 };

/** An attempt that isn't through by then is given up: where nothing answers, browsers try minutes. */
const ATTEMPT_TIMEOUT_MS = 10_000;

/**
 * A socket that isn't open by then is given up, at the first attempt; it has twice as long at each
 * further one. Short, because some networks swallow WebSockets and another transport would do.
 */
const OPEN_TIMEOUT_MS = 2000;

/** No close frame was received (RFC 6455 §7.4.1). */
const ABNORMAL = 1006;

/**
 * So many attempts make a round, in which the last is by the other transport than the others: by
 * what the last connection was. A server that is away for seconds refuses a WebSocket several times,
 * and that is no reason to leave them.
 */
const ROUND = { unproven: 2, events: 4, websocket: 7 } as const;

/** A connection this old has proved itself: the next loss counts as the first again. */
const STABLE_AFTER_MS = 60_000;

/**
 * A WebSocket that didn't get through although events did is tried again so long after a connection
 * by events has proved itself: each such trial interrupts that for seconds.
 */
const BLOCKED_FOR_MS = 15 * 60_000;

/** So long may a socket that was closed take to report its end; nothing is read from it any more. */
const CLOSE_TIMEOUT_MS = 3000;

/**
 * A connection that comes back by itself. It has one socket at most: the next one is opened only
 * after the last has ended. After a code that says so it stops instead. Where WebSockets don't get
 * through it comes by events; from a connection that lasted it goes back to WebSockets by itself.
 */
export class Link {
  readonly #url: string;
  readonly #protocols: readonly string[];
  readonly #environment: LinkEnvironment;
  readonly #events: LinkEvents;
  #state: LinkState['name'] | undefined;
  #socket: Socket | undefined;
  #open = false;
  /** The socket was closed from this side; its end is awaited. */
  #dropped = false;
  #wanted = false;
  #failures = 0;
  #transport: Transport = 'websocket';
  /** By what it was last connected. */
  #proven: Transport | undefined;
  /** Attempts since then, the one under way included. */
  #attempts = 0;
  /** On its way back from events to WebSockets. */
  #returning = false;
  /** It was, and arrived at events again. */
  #blocked = false;
  #cancelTimer: () => void = () => {};

  constructor(
    url: string,
    protocols: readonly string[],
    environment: LinkEnvironment,
    events: LinkEvents,
  ) {
    this.#url = url;
    this.#protocols = protocols;
    this.#environment = environment;
    this.#events = events;
  }

  /** By what it is connected, or tries to be. */
  get transport(): Transport {
    return this.#transport;
  }

  /** Connects, if it is not at it already: at first, again after it stopped, or early. */
  connect(): void {
    this.#wanted = true;
    if (this.#socket === undefined) this.#openSocket();
  }

  /** Tries at once instead of waiting further. Does nothing in any other state. */
  wake(): void {
    if (this.#wanted && this.#state === 'waiting') this.#openSocket();
  }

  /** Hands a frame over; false if there is no open socket to take it. */
  send(text: string): boolean {
    if (!this.#open) return false;
    this.#socket?.send(text);
    return true;
  }

  /** The other end has answered: the attempt was a success. */
  confirm(): void {
    if (!this.#open) return;
    this.#attempts = 0;
    this.#proven = this.#transport;
    this.#blocked = this.#proven === 'events' && (this.#blocked || this.#returning);
    this.#returning = false;
    this.#arm(() => this.#onStable(), STABLE_AFTER_MS);
    this.#setState({ name: 'connected' });
  }

  /** The connection is dead, whatever the socket says: ends it and comes back. */
  cut(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#dropped) return;
    this.#drop(socket);
    if (socket.terminate === undefined) socket.close();
    else socket.terminate();
  }

  /** Ends the connection and doesn't come back, until told to {@link connect}. */
  stop(): void {
    this.#wanted = false;
    const socket = this.#socket;
    if (socket === undefined) return this.#cancelTimer();
    if (this.#dropped) return;
    this.#drop(socket);
    socket.close();
  }

  #openSocket(): void {
    this.#transport = this.#nextTransport();
    const socket =
      this.#transport === 'events'
        ? this.#environment.openEvents(this.#url)
        : new this.#environment.WebSocket(this.#url, [...this.#protocols]);
    this.#socket = socket;
    this.#dropped = false;
    socket.addEventListener('open', () => this.#onOpen(socket));
    socket.addEventListener('message', ({ data }) => {
      if (socket === this.#socket && this.#open && typeof data === 'string') {
        this.#events.onText(data);
      }
    });
    socket.addEventListener('close', (event) => this.#onClose(socket, event));
    socket.addEventListener('error', () => {}); // close follows; with ws it would be thrown
    const timeoutMs = Math.min(OPEN_TIMEOUT_MS * 2 ** this.#failures, ATTEMPT_TIMEOUT_MS);
    this.#arm(() => this.cut(), timeoutMs);
    this.#setState({ name: 'connecting' });
  }

  #nextTransport(): Transport {
    const other = ++this.#attempts % ROUND[this.#proven ?? 'unproven'] === 0;
    return (this.#proven === 'events') === other ? 'websocket' : 'events';
  }

  #onStable(): void {
    this.#failures = 0;
    if (this.#proven !== 'events') return;
    this.#proven = undefined; // a WebSocket is the next attempt, whatever the reason for it
    if (this.#blocked) this.#arm(() => this.#returnToWebSocket(), BLOCKED_FOR_MS);
    else this.#returnToWebSocket();
  }

  /** Ends the connection by events, for a WebSocket; the attempt after that is by events again. */
  #returnToWebSocket(): void {
    this.#returning = true;
    this.cut();
  }

  #onOpen(socket: Socket): void {
    if (socket !== this.#socket || this.#dropped) return;
    this.#open = true;
    this.#arm(() => this.cut(), ATTEMPT_TIMEOUT_MS);
    this.#events.onOpen();
  }

  /** Nothing more is heard from the socket; a network that is gone must not hold the next one up. */
  #drop(socket: Socket): void {
    this.#open = false;
    this.#dropped = true;
    this.#arm(() => {
      socket.terminate?.();
      this.#onClose(socket, { code: ABNORMAL });
    }, CLOSE_TIMEOUT_MS);
  }

  #onClose(socket: Socket, { code, reason }: Closed): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    this.#open = false;
    this.#cancelTimer();
    if (!this.#wanted) return;
    if (!this.#dropped && afterClose(code) === 'stop') {
      this.#wanted = false;
      return this.#setState({ name: 'stopped', code, reason });
    }
    const delayMs = this.#nextDelayMs();
    this.#arm(() => this.#openSocket(), delayMs);
    this.#setState({ name: 'waiting', delayMs });
  }

  #nextDelayMs(): number {
    if (this.#returning && this.#attempts === 0) return 0; // what has just ended was no failure
    const random = () => this.#environment.random();
    const delayMs = backoffDelayMs(this.#failures, BACKOFF, random);
    this.#failures += 1;
    return delayMs;
  }

  /** There is one timer: each state that has a deadline has just one. */
  #arm(wake: () => void, delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#environment.setTimer(wake, delayMs);
  }

  #setState(state: LinkState): void {
    this.#state = state.name;
    this.#events.onState(state);
  }
}
