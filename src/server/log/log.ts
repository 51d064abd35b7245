/** Position of a message in its room: 1, 2, 3 … */
export type Seq = number;

/** A message on its way into the log. */
export interface Draft {
  readonly room: string;
  readonly text: string;
}

/** A message in the log. */
export interface Entry extends Draft {
  readonly seq: Seq;
  /** Server time at which it was taken in, ms since 1970. */
  readonly at: number;
}

/** Gets every entry, a room's in seq order. Must not throw. */
export type OnEntry = (entry: Entry) => void;

/**
 * A room's messages in one order. Every message reaches the peers through `onEntry`, the local ones
 * too, so that there is one path, whatever keeps the log.
 *
 * - Order: within a room `onEntry` sees seq 1, 2, 3 … without a gap or a repeat; all who read the
 *   same log see the same order. Drafts appended by one caller keep that caller's order.
 * - Durability: an entry is announced, and `append` resolves, only when it can be read back.
 * - Failure: a draft whose `append` rejects was not announced. After `close`, `append` and `read`
 *   reject.
 */
export interface Log {
  /** Opens the log; rejects if the backend can't be had. Called once, before anything else. */
  open(onEntry: OnEntry): Promise<void>;
  /** Resolves with the entry when it is durable. */
  append(draft: Draft): Promise<Entry>;
  /** Up to `limit` entries of `room` with a seq over `after`, the oldest kept first. */
  read(room: string, after: Seq, limit: number): Promise<Entry[]>;
  /** Resolves when everything appended before is durable or rejected. Idempotent. */
  close(): Promise<void>;
}
