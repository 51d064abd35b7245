import { timeOfTick, type Timeline } from './timeline.js';

/** A timeline as it was kept, and a number that no tick emitted so far is above. */
export interface SavedTimeline extends Timeline {
  readonly highest: number;
}

/**
 * After a crash `highest` may be some ticks ahead of what was emitted: waiting so long for the
 * clock to get there, ms, keeps the grid.
 */
const WAIT_MS = 5000;

/**
 * The timeline of a server that starts at `now` (ms) and whose last life left `saved`: no number
 * comes twice, none is lower than one before.
 *
 * With the same period the old grid goes on, ticks that nobody was there to emit counted in, unless
 * the clock was set back since: then the next number begins now. So it does with another period.
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
