/** How long to wait before trying again, ms. */
export interface BackoffLimits {
  /** Longest wait after the first failure. It doubles with every further one. */
  readonly firstMs: number;
  /** Longest wait of all. */
  readonly capMs: number;
}

/**
 * The wait before the next attempt, ms, after `failures` attempts in a row that failed (0 = the
 * first is just over). Capped exponential with full jitter: anything from nothing to the limit is
 * as likely, so that a thousand clients that lost one server don't all return at the same moment
 * (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
 *
 * @param random evenly distributed over [0, 1), as Math.random
 */
export function backoffDelayMs(
  failures: number,
  limits: BackoffLimits,
  random: () => number,
): number {
  return random() * Math.min(limits.capMs, limits.firstMs * 2 ** failures);
}
