import { delayOf, offsetOf, type Exchange } from './offset.js';

/** How much faster the server's clock runs than the local one: ms per ms, so 1e-6 is 1 ppm. */
export interface Drift {
  readonly rate: number;
  /** Standard deviation of `rate`. */
  readonly sigma: number;
}

/** Before anything is known: quartz is rarely more than 100 ppm off. */
export const UNKNOWN_DRIFT: Drift = { rate: 0, sigma: 50e-6 };

/** A clock beyond this isn't drifting: it is broken, or what was measured is (ntpd's own limit). */
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
export function measureDrift(exchanges: readonly Exchange[], known: Drift): Drift {
  const delays = exchanges.map(delayOf);
  delays.sort((a, b) => a - b);
  const [fastest = 0] = delays;
  const usual = (delays[delays.length >> 1] ?? 0) - fastest;
  const points = exchanges.map((exchange) => {
    const variance = ((delayOf(exchange) - fastest) ** 2 + usual ** 2) / 12 + LEAST_NOISE_MS ** 2;
    return { at: exchange.t3, offset: offsetOf(exchange), weight: 1 / variance };
  });
  const total = sum(points, ({ weight }) => weight);
  const at = sum(points, (point) => point.weight * point.at) / total;
  const offset = sum(points, (point) => point.weight * point.offset) / total;
  const spread = sum(points, (point) => point.weight * (point.at - at) ** 2);
  const product = sum(points, (p) => p.weight * (p.at - at) * (p.offset - offset));
  const precision = known.sigma ** -2;
  const rate = (product + precision * known.rate) / (spread + precision);
  return {
    rate: Math.max(-MAX_RATE, Math.min(MAX_RATE, rate)),
    sigma: (spread + precision) ** -0.5,
  };
}

/** What is left of a drift measured earlier, after a break. */
export function remembered({ rate, sigma }: Drift): Drift {
  return { rate, sigma: Math.min(UNKNOWN_DRIFT.sigma, Math.hypot(sigma, WANDER)) };
}

function sum<Item>(items: readonly Item[], term: (item: Item) => number): number {
  return items.reduce((total, item) => total + term(item), 0);
}
