import { parseFrame } from '../protocol/frame.js';
import { Link, type LinkEnvironment, type LinkState } from './link.js';

/** What a plain client tells its owner. */
export interface PlainClientEvents {
  onState(state: LinkState): void;
  /** Tick `n` has begun. */
  onTick(n: number): void;
  /** Somebody in the room said `text`; `own` if it is what this client sent. */
  onMessage(text: string, own: boolean): void;
}

const TICK_NUMBER = /^\d{1,15}$/;

/**
 * Speaks the plain protocol: ticks and texts come, texts go. What it sends comes back from the
 * server like everybody's, in the one order that all see; nothing is shown before that.
 */
export class PlainClient {
  readonly #link: Link;
  readonly #events: PlainClientEvents;
  /** Sent over this connection and not come back yet: the protocol gives no names to go by. */
  readonly #awaited: string[] = [];

  constructor(url: string, environment: LinkEnvironment, events: PlainClientEvents) {
    this.#events = events;
    this.#link = new Link(url, environment, {
      onState: (state) => {
        this.#awaited.length = 0;
        events.onState(state);
      },
      onText: (text) => this.#onFrame(text),
    });
  }

  /** Connects, and again after the link stopped. */
  connect(): void {
    this.#link.connect();
  }

  /** If it waits to reconnect, it does so at once: the network may be back. */
  wake(): void {
    this.#link.wake();
  }

  /** Says `text` in the room; false if there is no connection and it wasn't sent. */
  send(text: string): boolean {
    const sent = this.#link.send(text);
    if (sent) this.#awaited.push(text);
    return sent;
  }

  /** Verbs that it doesn't know are for newer clients than this one. */
  #onFrame(text: string): void {
    const frame = parseFrame(text);
    if (frame?.verb === 'tick' && TICK_NUMBER.test(frame.payload)) {
      this.#events.onTick(Number(frame.payload));
    } else if (frame?.verb === 'msg') {
      this.#events.onMessage(frame.payload, this.#isAwaited(frame.payload));
    }
  }

  #isAwaited(text: string): boolean {
    const index = this.#awaited.indexOf(text);
    if (index === -1) return false;
    this.#awaited.splice(index, 1);
    return true;
  }
}
