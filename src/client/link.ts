import { afterClose } from '../protocol/close-code.js';
import { backoffDelayMs, type BackoffLimits } from './backoff.js';
import type { Socket, SocketConstructor } from './socket.js';

/** Where a link stands. */
export type LinkState =
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  /** Lost; the next attempt is in `delayMs`. */
  | { readonly name: 'waiting'; readonly delayMs: number }
  /** Closed by the server with a code that trying again would not change. */
  | { readonly name: 'stopped'; readonly code: number };

/** What a link needs of the world around it; a test brings its own. */
export interface LinkEnvironment {
  readonly WebSocket: SocketConstructor;
  /** Evenly distributed over [0, 1). */
  random(): number;
  /** Calls `wake` once, after about `delayMs`; the result cancels it. */
  setTimer(wake: () => void, delayMs: number): () => void;
}

/** What a link tells its owner. */
export interface LinkEvents {
  onState(state: LinkState): void;
  /** A frame arrived. */
  onText(text: string): void;
}

const BACKOFF: BackoffLimits = { firstMs: 500, capMs: 15_000 };

/** An attempt that isn't through by then is given up: where nothing answers, browsers try minutes. */
const ATTEMPT_TIMEOUT_MS = 10_000;

/** A connection this old has proved itself: the next loss counts as the first again. */
const STABLE_AFTER_MS = 60_000;

/**
 * A connection that comes back by itself. It has one socket at most: the next one is opened only
 * after the last has reported its end. After a code that says so it stops instead.
 */
export class Link {
  readonly #url: string;
  readonly #environment: LinkEnvironment;
  readonly #events: LinkEvents;
  #state: LinkState | undefined;
  #socket: Socket | undefined;
  #failures = 0;
  #cancelTimer: () => void = () => {};

  constructor(url: string, environment: LinkEnvironment, events: LinkEvents) {
    this.#url = url;
    this.#environment = environment;
    this.#events = events;
  }

  /** Connects, if it is not at it already: at first, and again after it stopped or early. */
  connect(): void {
    if (this.#socket === undefined) this.#open();
  }

  /** Tries at once instead of waiting further. Does nothing in any other state. */
  wake(): void {
    if (this.#state?.name === 'waiting') this.#open();
  }

  /** Hands a frame over; false if there is no connection to take it. */
  send(text: string): boolean {
    if (this.#socket === undefined || this.#state?.name !== 'connected') return false;
    this.#socket.send(text);
    return true;
  }

  #open(): void {
    const socket = new this.#environment.WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener('open', () => this.#onOpen());
    socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') this.#events.onText(data);
    });
    socket.addEventListener('close', ({ code }) => this.#onClose(code));
    socket.addEventListener('error', () => {}); // close follows; with ws it would be thrown
    this.#arm(() => socket.close(), ATTEMPT_TIMEOUT_MS);
    this.#setState({ name: 'connecting' });
  }

  #onOpen(): void {
    this.#arm(() => (this.#failures = 0), STABLE_AFTER_MS);
    this.#setState({ name: 'connected' });
  }

  #onClose(code: number): void {
    this.#socket = undefined;
    this.#cancelTimer();
    if (afterClose(code) === 'stop') return this.#setState({ name: 'stopped', code });
    const random = () => this.#environment.random();
    const delayMs = backoffDelayMs(this.#failures, BACKOFF, random);
    this.#failures += 1;
    this.#arm(() => this.#open(), delayMs);
    this.#setState({ name: 'waiting', delayMs });
  }

  /** There is one timer: each state that has a deadline has just one. */
  #arm(wake: () => void, delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#environment.setTimer(wake, delayMs);
  }

  #setState(state: LinkState): void {
    this.#state = state;
    this.#events.onState(state);
  }
}
