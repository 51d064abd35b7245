import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import {
  OutcomeUnknown,
  type Appended,
  type Draft,
  type Entry,
  type LogState,
  type MessageLog,
  type OnEntry,
  type OnLogEvent,
  type Position,
  type SavedTimeline,
  type Seq,
} from '../log.js';
import { bytesOf, Congestion } from '../congestion.js';
import { LmdbBackend } from './backend.js';
import type { Addressed, Outcome } from './batch.js';
import { LogProcess, type LogProcessEvents } from './log-process.js';
import { entryOf, rowOf } from './records.js';

/** Directory, size and clock of an {@link LmdbLog}. */
export interface LmdbLogOptions {
  /**
   * The data directory, made for its owner only if it is missing. One process uses it at a time.
   */
  readonly directory: string;
  /** Newest messages kept of each room, at least 1. Older ones are deleted as it gets more. */
  readonly historyPerRoom: number;
  /** Bytes that may wait to be logged before the log is congested; 16 MiB by default. */
  readonly maxPending?: number;
  /** How long removed files are waited for, ms; 10 s by default. */
  readonly removedGraceMs?: number;
  /** Server time, ms. */
  now(): number;
  readonly onEvent?: OnLogEvent;
}

/** Maximum size of a batch, drafts and characters: bounds how long announcing it takes. */
const MAX_BATCH_DRAFTS = 512;
const MAX_BATCH_CHARS = 1_048_576;

/** Bytes that may wait by default. */
const MAX_PENDING_BYTES = 16 * 1024 * 1024;

/** Maximum length of a room's name: a key has at most 1,978 bytes, a character up to 3. */
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
 * A log that outlives the process: an entry is on the disk, fsync included, before it is announced.
 *
 * One batch at a time is written; drafts appended meanwhile form the next batch. A batch is logged
 * wholly or not at all. The process that logs it assigns the seqs, so that a batch that fails
 * leaves no gap.
 */
export class LmdbLog implements MessageLog {
  readonly #options: LmdbLogOptions;
  readonly #backend: LmdbBackend;
  /** The first part of batch ids. */
  readonly #run = randomUUID();
  #batches = 0;
  readonly #onEvent: OnLogEvent;
  readonly #congestion: Congestion;
  #onEntry: OnEntry = () => {};
  #isOpen = false;
  #queue: Pending[] = [];
  #timelines: PendingTimeline[] = [];
  #opening: Promise<LogState> | undefined;
  /** Settles when the queue is empty. */
  #logging: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: LmdbLogOptions) {
    this.#options = options;
    const { directory, historyPerRoom, removedGraceMs, onEvent = () => {} } = options;
    this.#onEvent = onEvent;
    this.#congestion = new Congestion(options.maxPending ?? MAX_PENDING_BYTES);
    const storeOptions = {
      directory,
      historyPerRoom,
      ...(removedGraceMs === undefined ? {} : { removedGraceMs }),
    };
    const processEvents: LogProcessEvents = {
      onUnexpectedEnd: (cause) => onEvent({ type: 'process_ended', cause }),
      onStalled: (cause) => onEvent({ type: 'stalled', cause }),
      onOutput: (line) => onEvent({ type: 'output', line }),
    };
    this.#backend = new LmdbBackend(() => new LogProcess(storeOptions, processEvents), {
      onRecovered: (entry) => this.#onEntry(entry),
      onOutcomeUnknown: (cause) => onEvent({ type: 'outcome_unknown', cause }),
      onEpochChanged: (epoch, cause) => onEvent({ type: 'epoch_changed', epoch, cause }),
    });
  }

  get congested(): boolean {
    return this.#congestion.congested;
  }

  relieved(): Promise<void> {
    return this.#congestion.relieved();
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
    if (draft.room.length > MAX_ROOM_CHARS) {
      throw new RangeError('the name of the room is too long');
    }
    const at = Math.floor(this.#options.now());
    return new Promise((resolve, reject) => {
      this.#congestion.add(bytesOf(draft));
      this.#queue.push({ draft, at, resolve, reject });
      this.#logging ??= this.#logAll();
    });
  }

  async head(room: string): Promise<Seq> {
    this.#mustBeOpen();
    return this.#backend.head(room);
  }

  async holds(room: string, position: Position): Promise<boolean> {
    this.#mustBeOpen();
    return this.#backend.holds(room, position);
  }

  async read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    this.#mustBeOpen();
    return this.#backend.read(room, after, limit);
  }

  /** The newest timeline is written with the next batch; older ones that wait are never written. */
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

  abandon(): void {
    this.#isOpen = false;
    this.#backend.abandon();
  }

  #mustBeOpen(): void {
    if (!this.#isOpen) throw new Error('the log is not open');
  }

  async #shutDown(): Promise<void> {
    await Promise.allSettled([this.#opening]); // the caller of `open` gets its failure
    await this.#logging;
    await this.#backend.close().catch((cause: Error) => {
      this.#onEvent({ type: 'close_failed', cause });
    });
  }

  async #logAll(): Promise<void> {
    // Drafts of one turn of the event loop form one batch.
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
    } finally {
      this.#congestion.remove(drafts.reduce((sum, { draft }) => sum + bytesOf(draft), 0));
    }
    for (const [i, pending] of drafts.entries()) this.#announce(pending, outcomes[i]);
    for (const { resolve } of timelines) resolve();
  }

  #announce({ draft, at, resolve, reject }: Pending, outcome: Outcome | undefined): void {
    if (outcome === undefined) {
      reject(new OutcomeUnknown('a draft has no outcome')); // can't be: one outcome a draft
    } else if (typeof outcome === 'number') {
      const entry = entryOf(draft.room, outcome, rowOf(draft, at));
      this.#onEntry(entry);
      resolve({ entry, duplicate: false });
    } else {
      resolve({ entry: entryOf(draft.room, ...outcome), duplicate: true });
    }
  }
}
