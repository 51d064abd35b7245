/**
 * The four timestamps of one probe, ms: sent and received by the local clock (`t0`, `t3`), received
 * and answered by the server's (`t1`, `t2`). The local clock must be monotonic: `performance.now`,
 * not the wall clock.
 */
export interface Exchange {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
  readonly t3: number;
}

/** Bounds of the offset (server time minus local time) from one exchange, all in ms. */
export interface Bounds {
  /** Local times between which the bounds hold. */
  readonly from: number;
  readonly to: number;
  /** The offset isn't below this: the answer didn't arrive before it was sent (Cristian 1989). */
  readonly earliest: number;
  /** The offset isn't above this: the probe didn't arrive before it was sent (Cristian 1989). */
  readonly latest: number;
  /** The offset if both ways took equally long (RFC 5905 §8): wrong by `delay` / 2 at most. */
  readonly offset: number;
  /** Time spent on the network, both ways together (RFC 5905 §8). */
  readonly delay: number;
}

/** Computes the bounds of an exchange. */
export function boundsOf({ t0, t1, t2, t3 }: Exchange): Bounds {
  const earliest = t2 - t3;
  const latest = t1 - t0;
  const offset = (earliest + latest) / 2;
  return { from: t0, to: t3, earliest, latest, offset, delay: latest - earliest };
}

/** How much faster the server's clock runs than the local one: ms per ms, so 1e-6 is 1 ppm. */
export interface Drift {
  readonly rate: number;
  /** Standard deviation of `rate`. */
  readonly sigma: number;
}

/** Drift before any measurement: most clocks are disciplined or good quartz. */
export const UNKNOWN_DRIFT: Drift = { rate: 0, sigma: 20e-6 };

/** Largest believable drift, ms per ms: beyond it a clock or a measurement is broken (ntpd). */
const MAX_RATE = 500e-6;

/** Noise of the best of exchanges, ms: waiting for a CPU at both ends. */
const LEAST_NOISE_MS = 0.1;

/** How fast a drift changes while nobody measures it, for instance in a laptop that cooled down. */
const WANDER = 10e-6;

/**
 * The drift that exchanges over some minutes show: the slope of a weighted least-squares line
 * through their offsets, drawn towards what was `known` before as far as they leave it open.
 *
 * The offset of an exchange that took `d` longer than the fastest is off by anything up to ±d/2, a
 * variance of d²/12: slow ones hardly count. That the fastest was not as fast as can be is allowed
 * for by adding what is usual to each.
 */
export function measureDrift(exchanges: readonly Bounds[], known: Drift): Drift {
  const delays = exchanges.map(({ delay }) => delay);
  delays.sort((a, b) => a - b);
  const [fastest = 0] = delays;
  const usual = (delays[delays.length >> 1] ?? 0) - fastest;
  const weights = exchanges.map(
    ({ delay }) => 1 / (((delay - fastest) ** 2 + usual ** 2) / 12 + LEAST_NOISE_MS ** 2),
  );
  const sum = (term: (exchange: Bounds) => number): number =>
    exchanges.reduce((total, exchange, n) => total + (weights[n] ?? 0) * term(exchange), 0);
  const total = sum(() => 1);
  const at = sum(({ to }) => to) / total;
  const middle = sum(({ offset }) => offset) / total;
  const precision = known.sigma ** -2;
  const spread = sum(({ to }) => (to - at) ** 2) + precision;
  const slope = sum(({ to, offset }) => (to - at) * (offset - middle)) + precision * known.rate;
  return {
    rate: Math.max(-MAX_RATE, Math.min(MAX_RATE, slope / spread)),
    sigma: spread ** -0.5,
  };
}

/** A drift measured earlier, after a break: less certain. */
export function remembered({ rate, sigma }: Drift): Drift {
  return { rate, sigma: Math.min(UNKNOWN_DRIFT.sigma, Math.hypot(sigma, WANDER)) };
}

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

/** Number of exchanges kept: about 20 minutes of them. */
const WINDOW = 64;

/** Tolerance of a measured drift, ms per ms: PHI of RFC 5905 §7.1. */
const TOLERANCE = 15e-6;

/** Exchanges whose way in one direction is about as fast that confirm each other. */
const AGREEING = 4;

/** Largest difference of those, ms, and as a part of the shortest delay. */
const AGREEMENT_MS = 40;
const AGREEMENT_PART = 0.25;

/** Standard deviations of the drift within the bound: at first a quartz that is 100 ppm off. */
const SIGMAS = 5;

/**
 * Makes one estimate from a sliding window of exchanges. NTP's clock filter (RFC 5905 §10) picks
 * the sample with the shortest round trip, because queues only add to it. This filter does so for
 * each direction alone: the fastest way there and the fastest way back may belong to two exchanges.
 * Each bounds the offset from one side. The intersection of all bounds (Marzullo and Owicki 1983)
 * is never wider than the shortest round trip; the offset is its middle.
 *
 * Bounds widen with age by the uncertainty of the drift, so that newer exchanges replace old ones.
 */
export class ProbeFilter {
  readonly #precisionMs: number;
  #window: Bounds[] = [];
  #known = UNKNOWN_DRIFT;
  #drift = UNKNOWN_DRIFT;

  /** @param precisionMs resolution of the local clock, ms */
  constructor(precisionMs: number) {
    this.#precisionMs = precisionMs;
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
    const there = fastestOf(this.#window.map(({ latest }) => latest));
    const back = fastestOf(this.#window.map(({ earliest }) => -earliest));
    const agreement = Math.max(AGREEMENT_MS, AGREEMENT_PART * (there.best + back.best));
    return there.spread <= agreement && back.spread <= agreement;
  }

  /** Forgets the exchanges: one of the clocks, or the path between them, has changed. */
  forget(): void {
    this.#window = [];
    this.#known = remembered(this.#drift);
  }

  /**
   * Adds an exchange and returns the estimate at its end; undefined if it contradicts the earlier
   * ones, which means that one of the clocks has jumped.
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

/** The lowest value, and how much above it value {@link AGREEING} is; NaN if there are fewer. */
function fastestOf(values: number[]): { readonly best: number; readonly spread: number } {
  values.sort((a, b) => a - b);
  const [best = NaN] = values;
  return { best, spread: (values[AGREEING - 1] ?? NaN) - best };
}
