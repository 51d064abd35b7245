/** Rates of events. */
export interface Evenness {
  /** Mean from the first to the last event, per second. */
  readonly meanPerSecond: number;
  /** Mean over the busiest {@link WINDOW_MS}, per second. */
  readonly peakPerSecond: number;
}

/** Length of a window, ms: short enough to show a rush, long enough to count many events. */
const WINDOW_MS = 250;

/** Rates of events at `times` (ms). A window begins at each event, so that no rush is split. */
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
