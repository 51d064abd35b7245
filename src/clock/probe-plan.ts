/** Shortest time between bursts, ms: lasting doubt must not cause a flood. */
const BURSTS_APART_MS = 5000;

/** Shortest time between probes, ms: long enough to meet different queues. */
const BURST_GAP_MS = 150;
/** Largest share of the server's rate limit that probes take. */
const RATE_SHARE = 1 / 2;
/** Time from a burst on in which probes are dense, ms; their gap is a part of the time since. */
const DENSE_MS = 60_000;
const DENSE_PART = 1 / 30;
/** Time between later probes, ms, and as a part of the time since the burst. */
const LEAST_GAP_MS = 5000;
const MOST_GAP_MS = 30_000;
const LATER_PART = 1 / 120;

/** Gaps are random by this part of them either way, so that clients spread. */
const SPREAD = 1 / 4;

/**
 * Times of a connection's probes. They begin as a burst, and again when the clock is in doubt. Each
 * probe tells less than the one before, so that the gaps grow with the time since the burst: 150 ms
 * for 5 s, 2 s after a minute, then 5 s until ten minutes are over, and 30 s after an hour.
 */
export class ProbePlan {
  readonly #burstGapMs: number;
  #since: number;

  /**
   * @param local start, ms of a monotonic clock
   * @param rate messages that the server reads a second; 0 = no limit
   */
  constructor(local: number, rate = 0) {
    this.#since = local;
    this.#burstGapMs = Math.max(BURST_GAP_MS, rate && 1000 / (rate * RATE_SHARE));
  }

  /** Starts a burst; false if the last one was too recent. */
  burst(local: number): boolean {
    if (local - this.#since < BURSTS_APART_MS) return false;
    this.#since = local;
    return true;
  }

  /**
   * A probe is being sent. Returns the time until the next one, ms.
   *
   * @param random evenly distributed over [0, 1)
   */
  sent(local: number, random: () => number): number {
    const passedMs = local - this.#since;
    const gapMs =
      passedMs < DENSE_MS
        ? passedMs * DENSE_PART
        : Math.max(LEAST_GAP_MS, Math.min(MOST_GAP_MS, passedMs * LATER_PART));
    return Math.max(this.#burstGapMs, gapMs * (1 + SPREAD * (2 * random() - 1)));
  }
}
