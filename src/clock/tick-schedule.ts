import { nextBoundary, tickAt, timeOfTick, type Timeline } from './timeline.js';

/** A tick has begun. */
export interface Tick {
  readonly n: number;
  /** Number of ticks skipped since the last one. */
  readonly skipped: number;
  /** How long ago it began, ms. */
  readonly lateMs: number;
}

/**
 * The ticks due by an estimated clock: each number once, ascending, at its boundary. Times are
 * estimated server time, ms.
 */
export class TickSchedule {
  readonly timeline: Timeline;
  #last: number | undefined;
  #disagreements = 0;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  /** Number of frames that came before their tick by the clock, beyond its error. */
  get disagreements(): number {
    return this.#disagreements;
  }

  /**
   * The current tick at `now`, if it wasn't due before. Called early there is none. Called late,
   * after a hidden page or a sleep, it is the current one, and those before it are skipped.
   */
  due(now: number): Tick | undefined {
    const n = tickAt(this.timeline, now);
    const last = this.#last ?? n - 1;
    if (!(n > last)) return undefined;
    this.#last = n;
    return { n, skipped: n - last - 1, lateMs: now - timeOfTick(this.timeline, n) };
  }

  /** Time at which the next tick is due: later than `now`. */
  next(now: number): number {
    const boundary = nextBoundary(this.timeline, now);
    return this.#last === undefined
      ? boundary
      : Math.max(boundary, timeOfTick(this.timeline, this.#last + 1));
  }

  /**
   * Checks the clock by the frame of tick `n` that arrives at `now` ± `error`. The server never
   * sends a frame before its boundary: a frame that is early by more than the error proves the
   * clock wrong. A late frame proves nothing. Returns false if the clock is wrong.
   */
  agrees(n: number, now: number, error: number): boolean {
    const agrees = timeOfTick(this.timeline, n) - now <= error;
    if (!agrees) this.#disagreements += 1;
    return agrees;
  }
}
