import { timeOfTick, type Timeline } from './timeline.js';

/** A saved timeline, and an upper limit of the ticks emitted so far. */
export interface SavedTimeline extends Timeline {
  readonly highest: number;
}

/**
 * Longest wait for the clock to pass `highest`, ms: after a crash it can be some ticks ahead of
 * those emitted. Waiting keeps the grid.
 */
const WAIT_MS = 5000;

/**
 * The timeline of a server that starts at `now` (ms) after a run that saved `saved`. Numbers never
 * repeat or go back.
 *
 * With the same period the old grid continues, ticks during the downtime included. With another
 * period, or after the clock was set back, the next number begins now.
 */
export function continueTimeline(
  saved: SavedTimeline | undefined,
  period: number,
  now: number,
): Timeline {
  const start = Math.floor(now);
  if (saved === undefined) return { epoch: start, period };
  const old = { epoch: saved.epoch, period: saved.period };
  const waitMs = timeOfTick(old, saved.highest + 1) - now;
  if (saved.period === period && waitMs <= Math.max(period, WAIT_MS)) return old;
  return { epoch: start - (saved.highest + 1) * period, period };
}
