import { tickAt, timeOfTick, type Timeline } from '../../clock/timeline.js';

/** Time and timers of a {@link Ticker}; tests have their own. */
export interface TickerClock {
  /** Server time, ms. */
  now(): number;
  /** Lets the clock notice that the machine slept, or that its wall clock was corrected. */
  adjust(): void;
  /** Calls `wake` once, after about `delayMs`; the result cancels it. */
  setTimer(wake: () => void, delayMs: number): () => void;
}

/** Emits tick N. */
export type OnTick = (n: number) => void;

/** Longest wait, ms: sleep of the machine is noticed this soon after it wakes up. */
const MAX_WAIT_MS = 1000;

/**
 * Emits every tick of a timeline at its boundary. The number comes from the clock, never from
 * counting. Woken early, it arms the timer again; woken late, it emits the current number once and
 * counts the others as skipped. Numbers only go up.
 */
export class Ticker {
  readonly #timeline: Timeline;
  readonly #clock: TickerClock;
  readonly #onTick: OnTick;
  #last: number;
  #skipped = 0;
  #running = false;
  #cancel: (() => void) | undefined;

  /** @param after no number up to this one is emitted: an earlier run of the server did that */
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

  /** Number of ticks skipped because the process was blocked or the machine slept. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Emits the current tick at once, unless it was emitted before, then each at its boundary. */
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
    this.#clock.adjust();
    const n = tickAt(this.#timeline, this.#clock.now());
    if (n > this.#last) {
      this.#skipped += n - this.#last - 1;
      this.#last = n;
      this.#onTick(n);
    }
    if (!this.#running) return;
    // Not the boundary after now: time may have passed a boundary since `n` was computed.
    const waitMs = timeOfTick(this.#timeline, this.#last + 1) - this.#clock.now();
    const delayMs = Math.max(0, Math.min(waitMs, MAX_WAIT_MS));
    this.#cancel = this.#clock.setTimer(this.#wake, delayMs);
  };
}
