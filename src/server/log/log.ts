import type { SavedTimeline } from '../../clock/saved-timeline.js';
import type { Position } from '../../protocol/v1.js';

export type { SavedTimeline } from '../../clock/saved-timeline.js';
export type { Position } from '../../protocol/v1.js';

/** Position of a message in its room: 1, 2, 3 … */
export type Seq = number;

/** Author of a message: a public id, the same over reconnects, and the name at that time. */
export interface Author {
  readonly id: string;
  readonly name: string;
}

/** A message that is not in the log yet. */
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
  /** Server time at which it was appended, whole ms since 1970. */
  readonly at: number;
}

/** Result of appending a draft. */
export interface Appended {
  readonly entry: Entry;
  /** The author had sent this id before: `entry` is the earlier message, announced back then. */
  readonly duplicate: boolean;
}

/** Gets every entry once, a room's in seq order. Must not throw. */
export type OnEntry = (entry: Entry) => void;

/** State of a log that was opened. */
export interface LogState {
  /**
   * Random id of this run of the log: what happens between two moments at which history could have
   * been lost. Another begins with each start, and when history was lost while it ran.
   */
  readonly epoch: string;
  /** The timeline saved last; undefined if none was, or if this log doesn't keep one. */
  readonly timeline: SavedTimeline | undefined;
}

/** Something that a log reports beside the results of its methods. */
export type LogEvent =
  /** The process that writes has ended by itself. Another one replaces it. */
  | { readonly type: 'process_ended'; readonly cause: Error }
  /** A line that the backend wrote to its standard streams. */
  | { readonly type: 'output'; readonly line: string }
  /** The backend has not answered for seconds. */
  | { readonly type: 'stalled'; readonly cause: Error }
  /** It is not known whether a batch was logged. That is found out before anything else is done. */
  | { readonly type: 'outcome_unknown'; readonly cause: Error }
  /** History was lost while the log was open: it goes on in another epoch. */
  | { readonly type: 'epoch_changed'; readonly epoch: string; readonly cause: Error }
  /** The backend could not be closed. */
  | { readonly type: 'close_failed'; readonly cause: Error };

/** Gets what a log reports. Must not throw. */
export type OnLogEvent = (event: LogEvent) => void;

/** The draft may have been logged or not: send it again with the same id to find out. */
export class OutcomeUnknown extends Error {}

/**
 * Every room's messages in one order. Every message reaches the peers through `onEntry`, local ones
 * too, so that there is one path whatever keeps the log.
 *
 * - Order: within a room `onEntry` sees seq 1, 2, 3 … without a gap or a repeat; all readers of a
 *   log see the same order. Drafts appended by one caller keep that caller's order.
 * - Durability: an entry is announced, and then `append` resolves, only when it can be read back
 *   after a crash (as far as this log outlives one).
 * - Once: a draft with the author and the id of an entry that is kept is that entry. It is not
 *   announced again and gets no new seq.
 * - Failure: a draft whose `append` rejects was not logged and was not announced, and the next one
 *   gets its seq; unless it rejects with {@link OutcomeUnknown}. A failure ends nothing: when the
 *   backend is back, appending works again. After `close`, everything but `close` rejects.
 * - Epoch: a log that lost history while it was open reports `epoch_changed` before it does
 *   anything else. No call that began before the change resolves with data from after it.
 */
export interface MessageLog {
  /** Whether so much waits to be logged that senders should be read more slowly. */
  readonly congested: boolean;
  /** Resolves when it is not congested any more. */
  relieved(): Promise<void>;
  /** Opens the log; rejects if the backend is unavailable. Called once, before anything else. */
  open(onEntry: OnEntry): Promise<LogState>;
  /**
   * The result when the entry is durable, after it was announced: at once if it is durable by then,
   * else as a promise. A failure is always a rejection.
   */
  append(draft: Draft): Appended | Promise<Appended>;
  /** Seq of the newest entry of `room`; 0 if there was none. */
  head(room: string): Promise<Seq>;
  /**
   * Whether this log has all that a client at `position` of `room` has: the run of its epoch is one
   * of this log, and reached that seq there. Kept or not: see {@link read}.
   */
  holds(room: string, position: Position): Promise<boolean>;
  /** Up to `limit` entries of `room` with a seq over `after` that are kept, the oldest first. */
  read(room: string, after: Seq, limit: number): Promise<Entry[]>;
  /** Saves the timeline for the next start of the server, if this log outlives the process. */
  saveTimeline(timeline: SavedTimeline): Promise<void>;
  /** Resolves when everything appended before is durable or rejected. Idempotent. */
  close(): Promise<void>;
  /**
   * Ends at once what a close that takes too long waits for. What was announced stays in the log.
   * Nothing else may be called after it.
   */
  abandon(): void;
}
