import { TokenBucket } from './token-bucket.js';

/** How fast a peer is read: `rate` messages a second (0 = as fast as it sends), `burst` at once. */
export interface IntakeLimits {
  readonly rate: number;
  readonly burst: number;
}

/** The reading side of a connection, as an {@link Intake} holds it back. */
export interface Reading {
  pause(): void;
  resume(): void;
}

/** Handles what is let through. */
export interface Handling {
  /** A text that came `heldMs` ago. */
  text(text: string, heldMs: number): void;
  ping(payload: Buffer): void;
}

/**
 * Lets what a peer sends through at its rate and loses none of it. Over the rate it stops reading,
 * so that TCP pushes back on the sender; what had been read already (one socket chunk at most)
 * waits here in order. Texts wait as they are, eight bytes each and what they are long: a chunk may
 * be ten thousand of them.
 */
export class Intake {
  readonly #reading: Reading;
  readonly #handling: Handling;
  readonly #bucket: TokenBucket | undefined;
  #texts: string[] = [];
  #taken = 0;
  /** The newest ping: the only one that has to be answered (RFC 6455 §5.5.3). */
  #ping: Buffer | undefined;
  /** When what is held came: all of it in one chunk. */
  #heldAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;
  #lastCall: NodeJS.Timeout | undefined;

  constructor(limits: IntakeLimits, reading: Reading, handling: Handling) {
    this.#reading = reading;
    this.#handling = handling;
    this.#bucket =
      limits.rate > 0 ? new TokenBucket(limits.rate, limits.burst, performance.now()) : undefined;
  }

  /** Whether reading is held back now: such a peer can't be told from a silent one. */
  get holding(): boolean {
    return this.#taken < this.#texts.length || this.#ping !== undefined;
  }

  /** Handles a text now, or when its turn comes: reading stops until then. */
  text(data: Buffer): void {
    if (this.#admits()) return this.#handling.text(data.toString(), 0);
    this.#hold();
    this.#texts.push(data.toString());
  }

  /** The same for a ping. Of those that have to wait only the newest is answered. */
  ping(payload: Buffer): void {
    if (this.#admits()) return this.#handling.ping(payload);
    this.#hold();
    this.#ping = Buffer.from(payload); // not a view of the chunk that it came in
  }

  /**
   * Nothing more comes. Calls `done` once nothing is held any more: at once if nothing is, and after
   * `withinMs` anyway, forgetting the rest.
   */
  finish(done: () => void, withinMs: number): void {
    if (!this.holding) return done();
    this.#onIdle = done;
    this.#lastCall = setTimeout(() => this.discard(), withinMs);
    this.#lastCall.unref();
  }

  /** Forgets what is held and reads on: whatever comes now is of no interest. */
  discard(): void {
    if (!this.holding) return;
    clearTimeout(this.#timer);
    this.#flow();
  }

  #admits(): boolean {
    if (this.#bucket === undefined) return true;
    return !this.holding && this.#bucket.take(performance.now());
  }

  /** To be called before something is held. */
  #hold(): void {
    if (this.holding) return;
    this.#heldAt = performance.now();
    this.#reading.pause();
    this.#wait();
  }

  #wait(): void {
    const waitMs = this.#bucket?.waitMs(performance.now()) ?? 0;
    this.#timer = setTimeout(() => this.#next(), Math.ceil(waitMs));
    this.#timer.unref(); // a peer that has left doesn't keep the process alive
  }

  #next(): void {
    while (this.holding && this.#bucket?.take(performance.now()) === true) this.#handleOne();
    if (this.holding) this.#wait();
    else this.#flow();
  }

  #handleOne(): void {
    const ping = this.#ping;
    if (ping !== undefined) {
      this.#ping = undefined;
      return this.#handling.ping(ping);
    }
    const text = this.#texts[this.#taken++];
    if (text !== undefined) this.#handling.text(text, performance.now() - this.#heldAt);
  }

  #flow(): void {
    clearTimeout(this.#lastCall);
    this.#texts = [];
    this.#taken = 0;
    this.#ping = undefined;
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    this.#reading.resume();
    onIdle?.();
  }
}
