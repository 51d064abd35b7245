import { measureDrift, UNKNOWN_DRIFT, type Drift } from './drift.js';
import { Envelope } from './envelope.js';
import type { Exchange } from './exchange.js';

/** An estimate of the offset at a local time, ms. */
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

/** How fast a measured drift changes, ms per ms: an old bound is worth less by it. */
const UNSTEADINESS = 0.5e-6;

/** Least distance of the fastest frames, ms: waiting for a CPU at both ends. */
const LEAST_GAP_MS = 0.01;

/** Tolerance of a measured drift, ms per ms: PHI of RFC 5905 §7.1. */
export const TOLERANCE = 15e-6;

/**
 * Standard deviations of the drift within the bound: with fewer a quartz that is 100 ppm off went
 * beyond it in one of thousands of simulated minutes.
 */
export const SIGMAS = 8;

/** Number of exchanges that must be about as fast as the fastest one in their direction. */
const OTHERS = 3;

/** Largest difference of those, ms, and as a part of the shortest delay. */
const AGREEMENT_MS = 40;
const AGREEMENT_PART = 0.25;

/**
 * Makes one estimate from the exchanges of an hour. NTP's clock filter (RFC 5905 §10) picks the
 * sample with the shortest round trip, because queues only add to it. This filter does so for each
 * direction alone: the fastest way there and the fastest way back may belong to two exchanges. Each
 * bounds the offset from one side (Cristian 1989), a tick frame from below. The offset is between
 * all bounds (Marzullo and Owicki 1983), which are never farther apart than the shortest round
 * trip: about in the middle, see {@link measureDrift}.
 *
 * Bounds widen with age by the uncertainty of the drift, so that newer exchanges replace old ones.
 */
export class ProbeFilter {
  readonly #precisionMs: number;
  readonly #there = new Envelope();
  readonly #back = new Envelope();
  readonly #heard = new Envelope();
  readonly #known: Drift;
  #drift: Drift;

  /**
   * @param precisionMs resolution of the local clock, ms
   * @param known the drift, as far as it is known
   */
  constructor(precisionMs: number, known = UNKNOWN_DRIFT) {
    this.#precisionMs = precisionMs;
    this.#known = known;
    this.#drift = known;
  }

  /** The measured drift. */
  get drift(): Drift {
    return this.#drift;
  }

  /**
   * Whether some exchanges agree on the fastest way there, and some on the fastest way back. Of few
   * exchanges all may have met a queue in one direction, or a loss: then they differ by much.
   */
  get confirmed(): boolean {
    const delay = this.#there.least(0, 0) + this.#back.least(0, 0);
    const agreement = Math.max(AGREEMENT_MS, AGREEMENT_PART * delay);
    return [this.#there, this.#back].every((way) => way.gap(0, 0, OTHERS) * OTHERS <= agreement);
  }

  /**
   * Adds an exchange and returns the estimate at its end; undefined if it contradicts the earlier
   * ones, which means that one of the clocks has jumped.
   */
  add({ t0, t1, t2, t3 }: Exchange): Estimate | undefined {
    const [there, back, last] = [this.#there, this.#back, this.#drift];
    there.add(t0, t1 - t0);
    back.add(t3, t3 - t2);
    if (this.#estimate(t3) === undefined) return undefined; // no drift: a jump
    const gap = Math.max(LEAST_GAP_MS, there.gap(t3, last.rate), back.gap(t3, -last.rate));
    const widthAt = (rate: number): number => {
      const [above, below] = this.#corridor(t3, rate, UNSTEADINESS);
      return above - below;
    };
    this.#drift = measureDrift(widthAt, gap, this.#known, last);
    return this.#estimate(t3);
  }

  /** Adds a frame from the server that arrived at `at`: the offset isn't below `earliest`. */
  hear(at: number, earliest: number): void {
    this.#heard.add(at, -earliest);
  }

  /** Bounds of the offset at `at` by the exchanges, if they widen by `ageing` ms per ms. */
  #corridor(at: number, rate: number, ageing: number): readonly [above: number, below: number] {
    return [this.#there.least(at, ageing + rate), -this.#back.least(at, ageing - rate)];
  }

  /** The middle of the corridor, within the bounds; undefined if they contradict. */
  #estimate(at: number): Estimate | undefined {
    const { rate, sigma } = this.#drift;
    const ageing = TOLERANCE + SIGMAS * sigma;
    const [above, below] = this.#corridor(at, rate, UNSTEADINESS);
    const [highest, lowest] = this.#corridor(at, rate, ageing);
    const latest = highest + this.#precisionMs;
    const heard = -this.#heard.least(at, ageing - rate);
    const earliest = Math.max(lowest, heard) - this.#precisionMs;
    if (earliest > latest) return undefined;
    const offset = Math.max(earliest, Math.min(latest, (above + below) / 2));
    const error = Math.max(latest - offset, offset - earliest);
    return { at, offset, error, rate, ageing };
  }
}
