import { continueTimeline, type SavedTimeline } from '../../clock/saved-timeline.js';
import type { Timeline } from '../../clock/timeline.js';
import type { MessageLog } from '../log/log.js';

/** Time whose ticks are reserved at once, ms: a crash leaves a gap no longer than this. */
const RESERVE_MS = 1000;

/**
 * Keeps the timeline over restarts. The saved number is always ahead of the emitted one, so that no
 * number comes twice after a crash; a clean stop saves the exact number.
 */
export class TimelineKeeper {
  readonly timeline: Timeline;
  /** No number up to this one may be emitted. */
  readonly emittedBefore: number;
  readonly #log: MessageLog;
  readonly #ahead: number;
  readonly #onSaveFailed: (error: unknown) => void;
  #reserved = -Infinity;

  /**
   * @param saved the timeline that the log kept
   * @param period ms
   * @param now server time, ms
   * @param onSaveFailed called whenever the timeline can't be saved
   */
  constructor(
    log: MessageLog,
    saved: SavedTimeline | undefined,
    period: number,
    now: number,
    onSaveFailed: (error: unknown) => void,
  ) {
    this.#log = log;
    this.#onSaveFailed = onSaveFailed;
    this.timeline = continueTimeline(saved, period, now);
    this.emittedBefore = saved?.highest ?? -Infinity;
    this.#ahead = Math.max(1, Math.ceil(RESERVE_MS / period));
  }

  /** Tick `n` is about to be emitted: reserves the next ones in time. Never rejects. */
  async reserve(n: number): Promise<void> {
    if (this.#reserved >= n + Math.ceil(this.#ahead / 2)) return;
    this.#reserved = n + this.#ahead;
    await this.#save(this.#reserved);
  }

  /** Tick `n` was the last. Never rejects. */
  async finish(n: number): Promise<void> {
    await this.#save(Math.max(n, this.emittedBefore));
  }

  /** A failure is reported and ticks go on: the clock of a running server is never wrong. */
  async #save(highest: number): Promise<void> {
    await this.#log.saveTimeline({ ...this.timeline, highest }).catch(this.#onSaveFailed);
  }
}
