import { tickAt, timeOfTick, type Timeline } from '../clock/timeline.js';

/** What a {@link Ticker} needs of time; a test brings its own. */
export interface TickerClock {
  /** Server time, ms. */
  now(): number;
  /** Lets the clock find out that the machine slept. */
  noticeSleep(): void;
  /** Calls `wake` once, after about `delayMs`; the result cancels it. */
  setTimer(wake: () => void, delayMs: number): () => void;
}

/** Emits tick N. */
export type OnTick = (n: number) => void;

/** Longest nap: a machine that slept is noticed within this of waking up. */
const MAX_NAP_MS = 1000;

/**
 * Emits every tick of a timeline at its boundary. The number comes from the clock, never from
 * counting: woken early it arms again, woken late it emits the current number once and counts what
 * it passed over as skipped. Numbers only ever go up.
 */
export class Ticker {
  readonly #timeline: Timeline;
  readonly #clock: TickerClock;
  readonly #onTick: OnTick;
  #last: number;
  #skipped = 0;
  #running = false;
  #cancel: (() => void) | undefined;

  /** @param after no number up to this one is emitted: an earlier life of the server did that */
  constructor(timeline: Timeline, clock: TickerClock, onTick: OnTick, after = -Infinity) {
    this.#timeline = timeline;
    this.#clock = clock;
    this.#onTick = onTick;
    this.#last = Math.max(tickAt(timeline, clock.now()) - 1, after);
  }

  /** Number of the newest tick emitted. */
  get current(): number {
    return this.#last;
  }

  /** How many ticks were passed over because the process was held up or the machine slept. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Emits the current tick at once, if it may, and from then on every one at its boundary. */
  start(): void {
    this.#running = true;
    this.#wake();
  }

  /** No tick is emitted from here on. */
  stop(): void {
    this.#running = false;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wake = (): void => {
    this.#clock.noticeSleep();
    const n = tickAt(this.#timeline, this.#clock.now());
    if (n > this.#last) {
      this.#skipped += n - this.#last - 1;
      this.#last = n;
      this.#onTick(n);
    }
    if (!this.#running) return;
    // Not the boundary after now: the time may have passed one since it was looked at above.
    const waitMs = timeOfTick(this.#timeline, this.#last + 1) - this.#clock.now();
    const napMs = Math.max(0, Math.min(waitMs, MAX_NAP_MS));
    this.#cancel = this.#clock.setTimer(this.#wake, napMs);
  };
}
