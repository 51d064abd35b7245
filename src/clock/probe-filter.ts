import { measureDrift, remembered, UNKNOWN_DRIFT, type Bounds, type Drift } from './offset.js';

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

/** Standard deviations of the drift that the bound allows for: at first quartz that is 100 ppm off. */
const SIGMAS = 5;

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
  #window: Bounds[] = [];
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
  add(exchange: Bounds): Estimate | undefined {
    this.#window.push(exchange);
    if (this.#window.length > WINDOW) this.#window.shift();
    if (this.#estimate(exchange.to) === undefined) return undefined; // no drift: a jump
    this.#drift = measureDrift(this.#window, this.#known);
    return this.#estimate(exchange.to);
  }

  #estimate(at: number): Estimate | undefined {
    const { rate, sigma } = this.#drift;
    const ageing = TOLERANCE + SIGMAS * sigma;
    let [above, latest, below, earliest] = [0, Infinity, 0, -Infinity];
    for (const exchange of this.#window) {
      const age = at - exchange.from;
      const slack = ageing * age + this.#precisionMs;
      const high = exchange.latest + rate * age;
      const low = exchange.earliest + rate * age;
      if (high + slack < latest) [above, latest] = [high, high + slack];
      if (low - slack > earliest) [below, earliest] = [low, low - slack];
    }
    if (earliest > latest) return undefined;
    const offset = Math.max(earliest, Math.min(latest, (above + below) / 2));
    const error = Math.max(latest - offset, offset - earliest);
    return { at, offset, error, rate, ageing };
  }
}
