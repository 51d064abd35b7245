/** Limits of the wait before an attempt, ms. */
export interface BackoffLimits {
  /** Longest wait after the first failure. It doubles with each further failure. */
  readonly firstMs: number;
  /** Upper limit of every wait. */
  readonly capMs: number;
}

/**
 * The wait before the next attempt, ms. Capped exponential back-off with full jitter: every wait
 * from 0 to the limit is equally likely, so that a thousand clients that lost one server don't
 * reconnect at once (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * @param failures failed attempts in a row before the one that has just failed
 * @param random evenly distributed over [0, 1), as Math.random
 */
export function backoffDelayMs(
  failures: number,
  limits: BackoffLimits,
  random: () => number,
): number {
  return random() * Math.min(limits.capMs, limits.firstMs * 2 ** failures);
}
