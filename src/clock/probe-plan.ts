/** Number of probes in a burst. */
export const BURST = 8;
/** Time between the probes of a burst, ms: long enough to meet different queues. */
const BURST_GAP_MS = 150;
/** Shortest time between bursts, ms: lasting doubt must not cause a flood. */
const BURSTS_APART_MS = 5000;
/** Least duration of the first burst, ms. */
const FIRST_BURST_MS = (BURST - 1) * BURST_GAP_MS;
/** Time between single probes, ms: random in this range, so that clients spread. */
const LEAST_GAP_MS = 10_000;
const MOST_GAP_MS = 30_000;

/** Times of a connection's probes: a burst at first and when in doubt, then single ones. */
export class ProbePlan {
  #left = BURST;
  #burstAt: number;

  /** @param local start, ms of a monotonic clock */
  constructor(local: number) {
    // A second burst may follow the first at once, if its exchanges disagree.
    this.#burstAt = local - BURSTS_APART_MS + FIRST_BURST_MS;
  }

  /** Starts a burst; false if the last one was too recent. */
  burst(local: number): boolean {
    if (local - this.#burstAt < BURSTS_APART_MS) return false;
    this.#burstAt = local;
    this.#left = BURST;
    return true;
  }

  /**
   * A probe is being sent. Returns the time until the next one, ms.
   *
   * @param random evenly distributed over [0, 1)
   */
  sent(random: () => number): number {
    this.#left = Math.max(0, this.#left - 1);
    if (this.#left > 0) return BURST_GAP_MS;
    return LEAST_GAP_MS + random() * (MOST_GAP_MS - LEAST_GAP_MS);
  }
}
