/**
 * This machine's time, ms since 1970: the wall clock at the start plus the monotonic clock, as in a
 * page of a browser.
 */
export function wallTime(): number {
  return performance.timeOrigin + performance.now();
}
