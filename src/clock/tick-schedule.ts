import { nextBoundary, tickAt, timeOfTick, type Timeline } from './timeline.js';

/** A tick has begun. */
export interface Tick {
  readonly n: number;
  /** Ticks that were passed over since the last one. */
  readonly skipped: number;
  /** How long ago it began, ms. */
  readonly lateMs: number;
}

/**
 * Which ticks are due by an estimated clock: each number once, going up, at its boundary. Times are
 * ms of server time, as estimated.
 */
export class TickSchedule {
  readonly timeline: Timeline;
  #last: number | undefined;
  #disagreements = 0;

  constructor(timeline: Timeline) {
    this.timeline = timeline;
  }

  /** How many frames came before the clock could have said so. */
  get disagreements(): number {
    return this.#disagreements;
  }

  /**
   * The tick that is on at `now`, if it wasn't due before. Called early it is none; called late, after
   * a page was hidden or a machine slept, it is the current one, and those between are skipped.
   */
  due(now: number): Tick | undefined {
    const n = tickAt(this.timeline, now);
    const last = this.#last ?? n - 1;
    if (!(n > last)) return undefined;
    this.#last = n;
    return { n, skipped: n - last - 1, lateMs: now - timeOfTick(this.timeline, n) };
  }

  /** When the next tick is due: later than `now`. */
  next(now: number): number {
    const boundary = nextBoundary(this.timeline, now);
    return this.#last === undefined
      ? boundary
      : Math.max(boundary, timeOfTick(this.timeline, this.#last + 1));
  }

  /**
   * Checks the clock by the frame of tick `n` that arrives at `now` ± `error`. The server never
   * sends one before its boundary: if it is here before that by more than the error, the clock is
   * wrong. Returns whether it may be right. A late frame proves nothing: networks delay.
   */
  agrees(n: number, now: number, error: number): boolean {
    const agrees = timeOfTick(this.timeline, n) - now <= error;
    if (!agrees) this.#disagreements += 1;
    return agrees;
  }
}
