const TRIES = 20;

/**
 * Offset of the machine's monotonic clock from this thread's performance.now(), µs; each worker has
 * its own. A delay between the two readings makes a try too small, so the largest one is the best.
 */
const anchor = Math.max(...Array.from({ length: TRIES }, anchorOnce));

function anchorOnce(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3 - performance.now() * 1e3;
}

/** The machine's monotonic clock, µs with fractions; the same in every thread. */
export function monotonicMicros(): number {
  return anchor + performance.now() * 1e3;
}
