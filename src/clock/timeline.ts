/**
 * The grid of ticks: tick N begins at `epoch + N × period`. Both are whole milliseconds of server
 * time, so every boundary is a whole number below 2^53 and the arithmetic is exact: rounding never
 * makes a tick early or late.
 */
export interface Timeline {
  /** Server time at which tick 0 began, whole ms since 1970. */
  readonly epoch: number;
  /** Length of a tick, whole ms, at least 1. */
  readonly period: number;
}

/** Number of the tick at `now` (ms, fractions allowed); negative before the epoch. */
export function tickAt(timeline: Timeline, now: number): number {
  return Math.floor((now - timeline.epoch) / timeline.period);
}

/** Beginning of tick `n`, ms of server time. */
export function timeOfTick(timeline: Timeline, n: number): number {
  return timeline.epoch + n * timeline.period;
}

/** The first boundary after `now`, ms of server time: later than `now` by at most one period. */
export function nextBoundary(timeline: Timeline, now: number): number {
  return timeOfTick(timeline, tickAt(timeline, now) + 1);
}
