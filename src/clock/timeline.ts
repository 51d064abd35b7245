/**
 * When each tick begins: tick N at `epoch + N × period`.
 *
 * Both are whole milliseconds of server time, so every boundary is a whole number below 2^53 and
 * the arithmetic below is exact: no tick is early or late by rounding.
 */
export interface Timeline {
  /** Server time at which tick 0 began, whole ms since 1970. */
  readonly epoch: number;
  /** Length of a tick, whole ms, at least 1. */
  readonly period: number;
}

/** The number of the tick that is on at `now` (ms, fractions allowed); negative before the epoch. */
export function tickAt(timeline: Timeline, now: number): number {
  return Math.floor((now - timeline.epoch) / timeline.period);
}

/** When tick `n` begins, ms of server time. */
export function timeOfTick(timeline: Timeline, n: number): number {
  return timeline.epoch + n * timeline.period;
}

/** The first boundary after `now`, ms of server time: later than `now` by at most one period. */
export function nextBoundary(timeline: Timeline, now: number): number {
  return timeOfTick(timeline, tickAt(timeline, now) + 1);
}
