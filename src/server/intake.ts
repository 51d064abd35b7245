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

/**
 * Lets what a peer sends through at its rate and loses none of it. Over the rate it stops reading,
 * so that TCP pushes back on the sender; what had been read already (one socket chunk at most)
 * waits here in order.
 */
export class Intake {
  readonly #reading: Reading;
  readonly #bucket: TokenBucket | undefined;
  readonly #waiting: Array<() => void> = [];
  #timer: NodeJS.Timeout | undefined;
  #onIdle: (() => void) | undefined;

  constructor(limits: IntakeLimits, reading: Reading) {
    this.#reading = reading;
    this.#bucket =
      limits.rate > 0 ? new TokenBucket(limits.rate, limits.burst, performance.now()) : undefined;
  }

  /** Whether reading is held back now: such a peer can't be told from a silent one. */
  get holding(): boolean {
    return this.#waiting.length > 0;
  }

  /** Whether one frame may be handled now; if not, {@link hold} it. Takes a token if so. */
  admits(): boolean {
    if (this.#bucket === undefined) return true;
    return this.#waiting.length === 0 && this.#bucket.take(performance.now());
  }

  /** Keeps `handle` until its turn comes and stops reading until then. */
  hold(handle: () => void): void {
    this.#waiting.push(handle);
    if (this.#waiting.length > 1) return;
    this.#reading.pause();
    this.#wait();
  }

  /** Calls `done` once nothing is held any more: at once if nothing is. */
  whenIdle(done: () => void): void {
    if (this.holding) this.#onIdle = done;
    else done();
  }

  /** Forgets what is held and reads on: whatever comes now is of no interest. */
  discard(): void {
    if (!this.holding) return;
    this.#waiting.length = 0;
    clearTimeout(this.#timer);
    this.#flow();
  }

  #wait(): void {
    const waitMs = this.#bucket?.waitMs(performance.now()) ?? 0;
    this.#timer = setTimeout(() => this.#next(), Math.ceil(waitMs));
    this.#timer.unref(); // a peer that has left doesn't keep the process alive
  }

  #next(): void {
    while (this.holding && this.#bucket?.take(performance.now()) === true) {
      this.#waiting.shift()?.();
    }
    if (this.holding) this.#wait();
    else this.#flow();
  }

  #flow(): void {
    const onIdle = this.#onIdle;
    this.#onIdle = undefined;
    this.#reading.resume();
    onIdle?.();
  }
}
