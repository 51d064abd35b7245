/** How much faster the server's clock runs than the local one: ms per ms, so 1e-6 is 1 ppm. */
export interface Drift {
  readonly rate: number;
  /** Standard deviation of `rate`. */
  readonly sigma: number;
}

/** Drift before any measurement: most clocks are disciplined or good quartz. */
export const UNKNOWN_DRIFT: Drift = { rate: 0, sigma: 20e-6 };

/** How fast a drift changes while nobody measures it, for instance in a laptop that cooled down. */
const WANDER = 10e-6;

/** Rates that are weighed on each side of the last one, and the farthest of them. */
const STEPS = 15;
const REACH_SIGMAS = 4;
const LEAST_REACH = 10e-6;

/**
 * Measures the drift. For each rate that it may have, the fastest frames there and back leave a
 * corridor for the offset. The true rate fits the fastest frames of all times; a wrong one makes
 * the corridor narrower (for one direction: S. Moon et al., "Estimation and removal of clock skew
 * from network delay measurements", INFOCOM 1999). So each rate has a weight that falls by e for
 * each `gap` by which its corridor is narrower. What was `known` of the drift is a weight too:
 * Student's t with 3 degrees of freedom, because some clocks are much worse than most. The drift
 * is the weighted mean.
 *
 * @param widthAt width of the corridor at a rate, ms
 * @param gap how far above the fastest possible frame the fastest one is likely to be, ms
 * @param last the last measurement: rates near it are weighed
 */
export function measureDrift(
  widthAt: (rate: number) => number,
  gap: number,
  known: Drift,
  last: Drift,
): Drift {
  const step = Math.max(REACH_SIGMAS * last.sigma, LEAST_REACH) / STEPS;
  const rates = Array.from({ length: 2 * STEPS + 1 }, (_, n) => {
    const rate = last.rate + step * (n - STEPS);
    const unlikely = 2 * Math.log(1 + ((rate - known.rate) / known.sigma) ** 2 / 3);
    return { rate, fit: widthAt(rate) / gap - unlikely };
  });
  const best = Math.max(...rates.map(({ fit }) => fit));
  let [weights, sum, squares] = [0, 0, 0];
  for (const { rate, fit } of rates) {
    const weight = Math.exp(fit - best);
    weights += weight;
    sum += weight * rate;
    squares += weight * rate ** 2;
  }
  const rate = sum / weights;
  return { rate, sigma: Math.sqrt(squares / weights - rate ** 2 + step ** 2 / 12) };
}

/** A drift measured earlier, after a break: less certain. */
export function remembered({ rate, sigma }: Drift): Drift {
  return { rate, sigma: Math.min(UNKNOWN_DRIFT.sigma, Math.hypot(sigma, WANDER)) };
}
