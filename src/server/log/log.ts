import type { SavedTimeline } from '../../clock/saved-timeline.js';

export type { SavedTimeline } from '../../clock/saved-timeline.js';

/** Position of a message in its room: 1, 2, 3 … */
export type Seq = number;

/** Who said it: a public id, the same over reconnects, and the name at that time. */
export interface Author {
  readonly id: string;
  readonly name: string;
}

/** A message on its way into the log. */
export interface Draft {
  readonly room: string;
  readonly from: Author;
  readonly text: string;
  /** Chosen by the sender; the same id of the same author is the same message. `''` is none. */
  readonly id: string;
}

/** A message in the log. */
export interface Entry extends Draft {
  readonly seq: Seq;
  /** Server time at which it was taken in, whole ms since 1970. */
  readonly at: number;
}

/** What became of a draft. */
export interface Appended {
  readonly entry: Entry;
  /** The same author had sent the same id before: `entry` is that one, announced back then. */
  readonly duplicate: boolean;
}

/** Gets every entry once, a room's in seq order. Must not throw. */
export type OnEntry = (entry: Entry) => void;

/** What an opened log says of itself. */
export interface LogState {
  /** Random id of this life of the log: a new one whenever seq could restart or history was lost. */
  readonly epoch: string;
  /** The timeline saved last; undefined if none was, or if this log doesn't keep one. */
  readonly timeline: SavedTimeline | undefined;
}

/** The draft may have been logged or not: send it again with the same id to find out. */
export class OutcomeUnknown extends Error {}

/**
 * Every room's messages in one order. Every message reaches the peers through `onEntry`, the local
 * ones too, so that there is one path, whatever keeps the log.
 *
 * - Order: within a room `onEntry` sees seq 1, 2, 3 … without a gap or a repeat; all who read the
 *   same log see the same order. Drafts appended by one caller keep that caller's order.
 * - Durability: an entry is announced, and then `append` resolves, only when it can be read back
 *   after a crash (as far as this log outlives one).
 * - Once: a draft with the author and the id of an entry that is kept is that entry. It is not
 *   announced again, and doesn't get a new seq.
 * - Failure: a draft whose `append` rejects was not logged and was not announced, and the next one
 *   gets its seq; unless it rejects with {@link OutcomeUnknown}. A failure ends nothing: when the
 *   backend is back, appending works again. After `close`, everything but `close` rejects.
 */
export interface Log {
  /** Opens the log; rejects if the backend can't be had. Called once, before anything else. */
  open(onEntry: OnEntry): Promise<LogState>;
  /** Resolves when it is durable, after it was announced. */
  append(draft: Draft): Promise<Appended>;
  /** Seq of the newest entry of `room`; 0 if there was none. */
  head(room: string): Promise<Seq>;
  /** Up to `limit` entries of `room` with a seq over `after` that are kept, the oldest first. */
  read(room: string, after: Seq, limit: number): Promise<Entry[]>;
  /** Keeps the timeline for the next life of the server, if this log outlives it. */
  saveTimeline(timeline: SavedTimeline): Promise<void>;
  /** Resolves when everything appended before is durable or rejected. Idempotent. */
  close(): Promise<void>;
}
