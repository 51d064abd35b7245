/**
 * This machine's time, ms since 1970: the wall clock at start, carried on by the monotonic clock. Pages
 * of a browser have the same.
 */
export function wallTime(): number {
  return performance.timeOrigin + performance.now();
}
