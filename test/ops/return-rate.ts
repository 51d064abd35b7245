/** How evenly something happened. */
export interface Evenness {
  /** Mean over the whole time from the first to the last, per second. */
  readonly meanPerSecond: number;
  /** The same over the busiest {@link WINDOW_MS}. */
  readonly peakPerSecond: number;
}

/** Short enough to show a rush, long enough for its count not to be chance. */
const WINDOW_MS = 250;

/** How evenly `times` (ms) lie. The windows begin at each of them, so no rush falls between two. */
export function evenness(times: readonly number[]): Evenness {
  const sorted = times.toSorted((a, b) => a - b);
  const [first = 0, last = first] = [sorted.at(0), sorted.at(-1)];
  let most = 0;
  let end = 0;
  for (const [start, time] of sorted.entries()) {
    while ((sorted[end] ?? Infinity) < time + WINDOW_MS) end += 1;
    most = Math.max(most, end - start);
  }
  return {
    meanPerSecond: (sorted.length * 1000) / Math.max(last - first, WINDOW_MS),
    peakPerSecond: (most * 1000) / WINDOW_MS,
  };
}
