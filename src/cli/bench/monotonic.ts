const TRIES = 20;

/**
 * µs to add to this thread's performance.now(): each worker counts from a start of its own. What comes
 * between the two readings of a try makes it too small, so the largest is the truest.
 */
const anchor = Math.max(...Array.from({ length: TRIES }, anchorOnce));

function anchorOnce(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3 - performance.now() * 1e3;
}

/** The machine's monotonic clock in µs, fractions kept: the same in every thread. */
export function monotonicMicros(): number {
  return anchor + performance.now() * 1e3;
}
