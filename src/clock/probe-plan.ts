/** Probes of a burst. */
export const BURST = 8;
/** Between the probes of a burst, ms: long enough for one's queue not to be the next one's. */
const BURST_GAP_MS = 150;
/** Between bursts that doubts call for, ms: a doubt that stays must not make a flood. */
const BURSTS_APART_MS = 5000;
/** Between single probes, ms: anything from the one to the other, so that clients don't gather. */
const LEAST_GAP_MS = 10_000;
const MOST_GAP_MS = 30_000;

/** When a connection is probed: a burst at first, and again when there is doubt; then now and then. */
export class ProbePlan {
  #left = BURST;
  #burstAt: number;

  /** @param local when it begins, ms of any clock that doesn't go back */
  constructor(local: number) {
    this.#burstAt = local;
  }

  /** Asks for a burst; true if it begins now, false if there was one lately. */
  burst(local: number): boolean {
    if (local - this.#burstAt < BURSTS_APART_MS) return false;
    this.#burstAt = local;
    this.#left = BURST;
    return true;
  }

  /**
   * A probe is being sent: returns in how many ms the next one is due.
   *
   * @param random evenly distributed over [0, 1)
   */
  sent(random: () => number): number {
    this.#left = Math.max(0, this.#left - 1);
    if (this.#left > 0) return BURST_GAP_MS;
    return LEAST_GAP_MS + random() * (MOST_GAP_MS - LEAST_GAP_MS);
  }
}
