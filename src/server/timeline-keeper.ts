import { continueTimeline, type SavedTimeline } from '../clock/saved-timeline.js';
import type { Timeline } from '../clock/timeline.js';
import type { Log } from './log/log.js';

/** So many ms worth of ticks are reserved at a time: a crash leaves a gap no longer than that. */
const RESERVE_MS = 1000;

/**
 * Keeps the timeline over restarts. What is saved is always ahead of what was emitted, so that after
 * a crash no number comes twice; a clean stop saves the exact number.
 */
export class TimelineKeeper {
  readonly timeline: Timeline;
  /** No number up to this one may be emitted. */
  readonly emittedBefore: number;
  readonly #log: Log;
  readonly #ahead: number;
  #reserved = -Infinity;

  /** @param saved what the log had @param period ms @param now server time, ms */
  constructor(log: Log, saved: SavedTimeline | undefined, period: number, now: number) {
    this.#log = log;
    this.timeline = continueTimeline(saved, period, now);
    this.emittedBefore = saved?.highest ?? -Infinity;
    this.#ahead = Math.max(1, Math.ceil(RESERVE_MS / period));
  }

  /** Tick `n` is about to be emitted: makes sure that the next ones are reserved in time. */
  async reserve(n: number): Promise<void> {
    if (this.#reserved >= n + Math.ceil(this.#ahead / 2)) return;
    this.#reserved = n + this.#ahead;
    await this.#save(this.#reserved);
  }

  /** Tick `n` was the last. */
  async finish(n: number): Promise<void> {
    await this.#save(Math.max(n, this.emittedBefore));
  }

  /** Ticks go on while nothing can be saved: the clock of a running server is never wrong. */
  async #save(highest: number): Promise<void> {
    await this.#log.saveTimeline({ ...this.timeline, highest }).catch(() => {});
  }
}
