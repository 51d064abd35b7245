import { randomUUID } from 'node:crypto';
import { getMeta, putMeta, type Database } from './database.js';
import type { RoomRecord, RunStart } from './records.js';
import type { Position, Seq } from '../log.js';

/** Maximum number of runs that are remembered: a position of an older one is no good. */
const MAX_RUNS = 1000;

/** The newest runs of a log, in order. The first has number `first`. */
interface Runs {
  readonly first: number;
  readonly epochs: readonly string[];
}

/**
 * Begins a run, in a transaction of the caller. `before` is the epoch of a log that has no record
 * of its runs yet.
 */
export function beginRun(db: Database, before: string | undefined): string {
  const { first, epochs } = runsOf(db, before);
  const epoch = randomUUID();
  current.delete(db);
  const all = [...epochs, epoch];
  const kept = all.slice(-MAX_RUNS);
  putMeta(db, 'runs', { first: first + all.length - kept.length, epochs: kept } satisfies Runs);
  return epoch;
}

/** Numbers of the current runs, by open database: each batch asks for it. */
const current = new WeakMap<Database, number>();

/** Number of the current run. */
export function currentRun(db: Database): number {
  const known = current.get(db);
  if (known !== undefined) return known;
  const { first, epochs } = runsOf(db, undefined);
  const run = first + epochs.length - 1;
  current.set(db, run);
  return run;
}

/**
 * Whether a position is good: its run is one of this log, and reached that seq in the room. A run
 * that was rolled back (a copy was put back) is not in the log, or ends earlier than it did.
 */
export function holds(db: Database, room: RoomRecord | undefined, position: Position): boolean {
  const { first, epochs } = runsOf(db, undefined);
  const index = epochs.indexOf(position.epoch);
  if (index === -1) return false;
  const next = room?.runs?.find(([run]) => run > first + index);
  const end = next === undefined ? (room?.head ?? 0) : next[1] - 1;
  return position.seq <= end;
}

/**
 * The starts of runs in a room after `run` has added an entry at `added`. Those that end before
 * `oldest`, the oldest kept entry, are forgotten but for the last: nobody resumes there.
 */
export function withStart(
  starts: readonly RunStart[],
  run: number,
  added: Seq,
  oldest: Seq,
): readonly RunStart[] {
  const all = starts.at(-1)?.[0] === run ? starts : [...starts, [run, added] as const];
  const kept = all.findLastIndex(([, first]) => first < oldest);
  return all.slice(Math.max(0, kept));
}

function runsOf(db: Database, before: string | undefined): Runs {
  const runs = getMeta(db, 'runs') as Runs | undefined;
  return runs ?? { first: 1, epochs: before === undefined ? [] : [before] };
}
