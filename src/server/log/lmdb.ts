import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { LmdbBackend } from './lmdb-backend.js';
import type { Addressed, Outcome } from './lmdb-batch.js';
import { entryOf, rowOf } from './lmdb-records.js';
import {
  OutcomeUnknown,
  type Appended,
  type Draft,
  type Entry,
  type Log,
  type LogState,
  type OnEntry,
  type SavedTimeline,
  type Seq,
} from './log.js';
import { LogThread } from './log-thread.js';

/** Where an {@link LmdbLog} is, how much it keeps, and where it takes the time from. */
export interface LmdbLogOptions {
  /** The data directory; made, for its owner only, if it isn't there. One process may have it open. */
  readonly directory: string;
  /** Newest messages kept of each room, at least 1. Older ones are deleted when the room gets more. */
  readonly historyPerRoom: number;
  /** Server time, ms. */
  now(): number;
}

/** A batch is not larger, so that neither its announcement nor a failure of it takes long. */
const MAX_BATCH_DRAFTS = 512;
const MAX_BATCH_CHARS = 1_048_576;

/** A key in the database has at most 1,978 bytes; a character has up to 3. */
const MAX_ROOM_CHARS = 500;

interface Pending {
  readonly draft: Draft;
  /** Whole ms since 1970. */
  readonly at: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

interface PendingTimeline {
  readonly timeline: SavedTimeline;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * The log that outlives the process: what it announced was on the disk before that, fsync included.
 *
 * One batch at a time is on its way to the disk; what is appended meanwhile makes the next one. A
 * batch is logged wholly or not at all, and the thread that logs it decides on the seqs, so that a
 * batch that fails leaves no gap.
 */
export class LmdbLog implements Log {
  readonly #options: LmdbLogOptions;
  readonly #backend: LmdbBackend;
  /** With a number, the id of a batch. */
  readonly #run = randomUUID();
  #batches = 0;
  #onEntry: OnEntry = () => {};
  #isOpen = false;
  #queue: Pending[] = [];
  #timelines: PendingTimeline[] = [];
  #opening: Promise<LogState> | undefined;
  /** Settles when nothing is left to be logged. */
  #logging: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LmdbLogOptions) {
    this.#options = options;
    const { directory, historyPerRoom } = options;
    this.#backend = new LmdbBackend(
      () => new LogThread({ directory, historyPerRoom }),
      (entry) => this.#onEntry(entry),
    );
  }

  async open(onEntry: OnEntry): Promise<LogState> {
    this.#onEntry = onEntry;
    this.#opening = this.#backend.open();
    const state = await this.#opening;
    this.#isOpen = this.#closing === undefined;
    return state;
  }

  async append(draft: Draft): Promise<Appended> {
    this.#mustBeOpen();
    if (draft.room.length > MAX_ROOM_CHARS)
      throw new RangeError('the name of the room is too long');
    const at = Math.floor(this.#options.now());
    return new Promise((resolve, reject) => {
      this.#queue.push({ draft, at, resolve, reject });
      this.#logging ??= this.#logAll();
    });
  }

  async head(room: string): Promise<Seq> {
    this.#mustBeOpen();
    return this.#backend.head(room);
  }

  async read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    this.#mustBeOpen();
    return this.#backend.read(room, after, limit);
  }

  /** The newest timeline goes with the next batch; one that it overtakes is never written. */
  async saveTimeline(timeline: SavedTimeline): Promise<void> {
    this.#mustBeOpen();
    return new Promise((resolve, reject) => {
      this.#timelines.push({ timeline, resolve, reject });
      this.#logging ??= this.#logAll();
    });
  }

  close(): Promise<void> {
    this.#isOpen = false;
    this.#closing ??= this.#shutDown();
    return this.#closing;
  }

  #mustBeOpen(): void {
    if (!this.#isOpen) throw new Error('the log is not open');
  }

  async #shutDown(): Promise<void> {
    await Promise.allSettled([this.#opening]);
    await this.#logging;
    await this.#backend.close();
  }

  async #logAll(): Promise<void> {
    // All that was said in this turn of the event loop goes together.
    await setImmediate();
    while (this.#queue.length > 0 || this.#timelines.length > 0) {
      await this.#logTogether(this.#takeDrafts(), this.#timelines.splice(0));
    }
    this.#logging = undefined;
  }

  #takeDrafts(): Pending[] {
    let count = 0;
    let chars = 0;
    for (const { draft } of this.#queue) {
      if (count === MAX_BATCH_DRAFTS || chars >= MAX_BATCH_CHARS) break;
      count += 1;
      chars += draft.text.length;
    }
    return this.#queue.splice(0, count);
  }

  async #logTogether(drafts: Pending[], timelines: PendingTimeline[]): Promise<void> {
    this.#batches += 1;
    const rows = drafts.map(({ draft, at }): Addressed => [draft.room, rowOf(draft, at)]);
    let outcomes: Outcome[];
    try {
      outcomes = await this.#backend.commit({
        id: `${this.#run} ${this.#batches}`,
        drafts: JSON.stringify(rows),
        timeline: timelines.at(-1)?.timeline,
      });
    } catch (error) {
      for (const { reject } of [...drafts, ...timelines]) reject(error as Error);
      return;
    }
    for (const [i, pending] of drafts.entries()) this.#announce(pending, outcomes[i]);
    for (const { resolve } of timelines) resolve();
  }

  #announce({ draft, at, resolve, reject }: Pending, outcome: Outcome | undefined): void {
    if (outcome === undefined) {
      reject(new OutcomeUnknown('the log lost count')); // can't be: one outcome a draft
    } else if (typeof outcome === 'number') {
      const entry = entryOf(draft.room, outcome, rowOf(draft, at));
      this.#onEntry(entry);
      resolve({ entry, duplicate: false });
    } else {
      resolve({ entry: entryOf(draft.room, ...outcome), duplicate: true });
    }
  }
}
