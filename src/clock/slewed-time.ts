import type { Estimate } from './offset.js';

/** How fast an error is slewed away: 0.5 ms per s, too slow for anybody to see. */
export const SLEW = 0.0005;

/**
 * Server time as it is shown: follows the estimates without jumping. What a new estimate changes is
 * made up for little by little ({@link SLEW}); only {@link step} does it at once. Times in ms.
 */
export class SlewedTime {
  #estimate: Estimate;
  /** How far the time shown was ahead of the estimate when that was made. */
  #ahead = 0;
  /** A step back isn't shown: time stands still until it has been made up for. */
  #floor = -Infinity;

  constructor(estimate: Estimate) {
    this.#estimate = estimate;
  }

  /** Server time at `local`. A later `local` never gives less, whatever estimates come between. */
  at(local: number): number {
    return Math.max(this.#floor, this.#running(local));
  }

  /** Largest error of {@link at}: what the last estimate said, its age, what isn't slewed yet. */
  error(local: number): number {
    const { at, error, ageing } = this.#estimate;
    const unslewed = Math.abs(this.at(local) - this.#estimated(local));
    return error + ageing * Math.max(0, local - at) + unslewed;
  }

  /** How far the time shown is ahead of a newer estimate, standing still not counted. */
  aheadOf({ at, offset }: Estimate): number {
    return this.#running(at) - at - offset;
  }

  /** Slews to a newer estimate from now on. */
  follow(estimate: Estimate): void {
    this.#ahead = this.aheadOf(estimate);
    this.#estimate = estimate;
  }

  /** Goes to a newer estimate at once; if that is back, by standing still. */
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
    const slewed = SLEW * Math.max(0, local - this.#estimate.at);
    return Math.sign(this.#ahead) * Math.max(0, Math.abs(this.#ahead) - slewed);
  }
}
