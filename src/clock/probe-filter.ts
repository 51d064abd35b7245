import { measureDrift, remembered, UNKNOWN_DRIFT, type Drift } from './drift.js';
import { earliestOffset, latestOffset, type Exchange } from './offset.js';

/** What is known of the offset at a local time, ms. */
export interface Estimate {
  /** Local time. */
  readonly at: number;
  /** Server time minus local time, at that time. */
  readonly offset: number;
  /** Largest error of `offset`. */
  readonly error: number;
  /** How `offset` changes, ms per ms. */
  readonly rate: number;
  /** How `error` grows, ms per ms. */
  readonly ageing: number;
}

/** Exchanges that are kept: about 20 minutes of them. */
const WINDOW = 64;

/** How fast a drift that was measured may be wrong all the same: PHI of RFC 5905 §7.1. */
const TOLERANCE = 15e-6;

/** Standard deviations of the drift that the bound allows for. */
const SIGMAS = 3;

/**
 * Makes one estimate of a sliding window of exchanges: NTP's clock filter (RFC 5905 §10), for each
 * direction by itself. There the sample with the shortest round trip wins, as queues only ever add
 * to it. Here the fastest way there and the fastest way back may be of two exchanges: each of them bounds
 * the offset from one side, and what satisfies all bounds is never wider than the shortest round
 * trip (the intersection of Marzullo and Owicki 1983). The offset is its middle.
 *
 * Bounds widen as they age by what the drift may be wrong, so that old luck gives way to new data.
 */
export class ProbeFilter {
  readonly #precisionMs: number;
  #window: Exchange[] = [];
  #known = UNKNOWN_DRIFT;
  #drift = UNKNOWN_DRIFT;

  /** @param precisionMs how coarse the local clock is */
  constructor(precisionMs: number) {
    this.#precisionMs = precisionMs;
  }

  /** How the clocks drift apart, as far as it is known. */
  get drift(): Drift {
    return this.#drift;
  }

  /** Forgets the exchanges: one of the clocks, or the way between them, is another now. */
  forget(): void {
    this.#window = [];
    this.#known = remembered(this.#drift);
  }

  /**
   * Takes an exchange in and returns the estimate as of its end; undefined if it can't be true
   * together with the earlier ones, which means that one of the clocks has jumped.
   */
  add(exchange: Exchange): Estimate | undefined {
    this.#window.push(exchange);
    if (this.#window.length > WINDOW) this.#window.shift();
    if (this.#estimate(exchange.t3) === undefined) return undefined; // no drift: a jump
    this.#drift = measureDrift(this.#window, this.#known);
    return this.#estimate(exchange.t3);
  }

  #estimate(at: number): Estimate | undefined {
    const { rate, sigma } = this.#drift;
    const ageing = TOLERANCE + SIGMAS * sigma;
    const latest = { offset: Infinity, bound: Infinity };
    const earliest = { offset: -Infinity, bound: -Infinity };
    for (const exchange of this.#window) {
      const age = at - exchange.t0;
      const slack = ageing * age + this.#precisionMs;
      const above = latestOffset(exchange) + rate * age;
      const below = earliestOffset(exchange) + rate * age;
      if (above + slack < latest.bound) {
        latest.offset = above;
        latest.bound = above + slack;
      }
      if (below - slack > earliest.bound) {
        earliest.offset = below;
        earliest.bound = below - slack;
      }
    }
    if (earliest.bound > latest.bound) return undefined;
    const middle = (earliest.offset + latest.offset) / 2;
    const offset = Math.max(earliest.bound, Math.min(latest.bound, middle));
    const error = Math.max(latest.bound - offset, offset - earliest.bound);
    return { at, offset, error, rate, ageing };
  }
}
