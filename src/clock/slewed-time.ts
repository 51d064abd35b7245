import type { Estimate } from './probe-filter.js';

/** Rate at which an error is slewed away: 0.5 ms per s, too slow to be seen. */
export const SLEW = 0.0005;

/** The same in the first seconds, when the error is largest: 2 ms per s. */
export const EARLY_SLEW = 0.002;

/** The rest of an error of `ms` that is slewed for `elapsedMs`; `rate` in ms per ms. */
export function slewed(ms: number, elapsedMs: number, rate: number): number {
  return Math.sign(ms) * Math.max(0, Math.abs(ms) - rate * Math.max(0, elapsedMs));
}

/**
 * Server time as shown: it follows the estimates without jumping. A correction is slewed; only
 * {@link step} applies one at once. Times in ms.
 */
export class SlewedTime {
  #estimate: Estimate;
  /** Lead of the time shown over the estimate, at the estimate's time. */
  #ahead = 0;
  #slew = 0;
  /** Lower limit of the time shown: after a step back time stands still until then. */
  #floor = -Infinity;

  constructor(estimate: Estimate) {
    this.#estimate = estimate;
  }

  /** Server time at `local`. A later `local` never gives less, whatever estimates come between. */
  at(local: number): number {
    return Math.max(this.#floor, this.#running(local));
  }

  /** Largest error of {@link at}: of the last estimate, of its age, and the unslewed rest. */
  error(local: number): number {
    const { at, error, ageing } = this.#estimate;
    const unslewed = Math.abs(this.at(local) - this.#estimated(local));
    return error + ageing * Math.max(0, local - at) + unslewed;
  }

  /** Lead of the time shown over a newer estimate, without standing still. */
  aheadOf({ at, offset }: Estimate): number {
    return this.#running(at) - at - offset;
  }

  /** Slews to a newer estimate, by `slew` ms per ms at most. */
  follow(estimate: Estimate, slew: number): void {
    this.#ahead = this.aheadOf(estimate);
    this.#slew = slew;
    this.#estimate = estimate;
  }

  /** Steps to a newer estimate; time stands still instead of going back. */
  step(estimate: Estimate): void {
    this.#floor = this.at(estimate.at);
    this.#ahead = 0;
    this.#estimate = estimate;
  }

  #running(local: number): number {
    return this.#estimated(local) + this.#aheadAt(local);
  }

  #estimated(local: number): number {
    const { at, offset, rate } = this.#estimate;
    return local + offset + rate * (local - at);
  }

  #aheadAt(local: number): number {
    return slewed(this.#ahead, local - this.#estimate.at, this.#slew);
  }
}
