import { OutcomeUnknown, type Position, type Seq } from '../log.js';
import {
  BatchWriter,
  CATCH_UP_ENTRIES,
  type Addressed,
  type Batch,
  type Known,
  type Outcome,
  type Span,
} from './batch.js';
import { getMeta, newestBatchIn, putMeta, rowsFrom, sizeOf, type Database } from './database.js';
import { beginEpoch } from './environment.js';
import { LogFiles } from './files.js';
import { assertNothingLost, HistoryLost, type Progress } from './history.js';
import { RoomCache } from './room-cache.js';
import { currentRun, holds } from './runs.js';
import { REMOVED_GRACE_MS, type LmdbStoreOptions, type OpenedStore } from './store-options.js';

/** Maximum number of pages that the record of a new run takes. */
const RUN_PAGES = 64;

/** Shortest time between two attempts to open the database again after a failure, ms. */
const REOPEN_INTERVAL_MS = 1000;

/**
 * The log on the disk. Every method blocks until it is done, so the store lives in a process
 * of its own. A method that throws has changed nothing, unless it throws {@link OutcomeUnknown}.
 *
 * After a failure the database is opened again. If history turns out to be lost then, every method
 * throws {@link HistoryLost} until {@link beginEpoch} is called.
 */
export class LmdbStore {
  readonly #options: LmdbStoreOptions;
  readonly #files: LogFiles;
  readonly #rooms = new RoomCache();
  #progress: Progress | undefined;
  /** LMDB may be unusable after a failure (MDB_PANIC), or its files may be gone. */
  #suspect = false;
  #openedAt = -Infinity;
  #openError: Error | undefined;
  #isSound = true;

  constructor(options: LmdbStoreOptions) {
    this.#options = options;
    const { directory, removedGraceMs: graceMs = REMOVED_GRACE_MS, serverPid } = options;
    this.#files = new LogFiles(directory, graceMs, serverPid ?? process.pid);
  }

  /** False after a failed write: LMDB's message of it overruns a buffer (`mdb_page_flush`). */
  get isSound(): boolean {
    return this.#isSound;
  }

  /**
   * Throws an error of one line if the directory can't be used, and {@link HistoryLost} if its log
   * lacks something up to `expected` (given if the log was open before).
   */
  open(expected: Progress | undefined): OpenedStore {
    this.#progress = expected;
    const opened = this.#open();
    if (expected !== undefined) return opened;
    return { ...this.#beginRun(this.#usable()), timeline: opened.timeline };
  }

  /** Goes on, in another run, with the log that is there. */
  beginEpoch(): OpenedStore {
    this.#rooms.clear();
    this.#suspect = false;
    return { ...this.#beginRun(this.#files.open().db), timeline: undefined };
  }

  #beginRun(db: Database): Omit<OpenedStore, 'timeline'> {
    const { used, page } = sizeOf(db);
    this.#files.environment?.space.reserve(used, used + RUN_PAGES * page);
    const begun = { epoch: this.#writing(() => beginEpoch(db)), newestBatch: newestBatchIn(db) };
    this.#progress = { epoch: begun.epoch, newestBatch: [begun.newestBatch] };
    return begun;
  }

  /** Whether the log has what a client with this position has. */
  holds(name: string, position: Position): boolean {
    return this.#reading((db) => holds(db, this.#rooms.get(db, name), position));
  }

  /** Returns the outcomes of the drafts, in their order. The batch is on the disk by then. */
  commit({ id, drafts, timeline }: Batch): Outcome[] {
    const addressed = JSON.parse(drafts) as Addressed[];
    this.#reserve(addressed.length, Buffer.byteLength(drafts));
    const db = this.#usable();
    const before = this.#progress;
    let outcomes: Outcome[] | undefined;
    try {
      if (before !== undefined) {
        this.#progress = { ...before, newestBatch: [...before.newestBatch, id] };
      }
      const rooms = this.#writing(() =>
        db.transactionSync(() => {
          const { historyPerRoom } = this.#options;
          const run = currentRun(db);
          const batch = new BatchWriter(db, { historyPerRoom, run }, (name) =>
            this.#rooms.get(db, name),
          );
          const all = addressed.map((draft) => batch.add(draft));
          const grown = batch.finish(id);
          if (timeline !== undefined) putMeta(db, 'timeline', timeline);
          outcomes = all;
          return grown;
        }),
      );
      for (const [name, room] of rooms) this.#rooms.keep(name, room);
      this.#settled(before, rooms.size > 0 ? id : undefined);
      return outcomes ?? [];
    } catch (error) {
      this.#fail();
      // Once all is written, a failure may have come too late to undo it.
      if (outcomes === undefined || !this.#isCommitted(id)) {
        this.#settled(before, undefined);
        throw error;
      }
      this.#settled(before, id);
      return outcomes;
    }
  }

  /**
   * The entries of a batch whose outcome was unknown, if it was logged after all. Throws if that
   * can't be told yet.
   */
  settle(id: string): Array<readonly [room: string, entries: Known[]]> {
    if (!this.#isCommitted(id)) return [];
    const { spans } = getMeta(this.#usable(), 'batch') as { spans: Span[] };
    return spans.map(([name, first, last]) => [
      name,
      this.#read(name, first - 1, last - first + 1),
    ]);
  }

  head(name: string): Seq {
    return this.#reading((db) => this.#rooms.get(db, name)?.head ?? 0);
  }

  /** JSON of an array of {@link Known}: it crosses to another process faster than the array. */
  read(name: string, after: Seq, limit: number): string {
    return JSON.stringify(this.#read(name, after, limit));
  }

  close(): void {
    this.#rooms.clear();
    this.#files.close();
  }

  #read(name: string, after: Seq, limit: number): Known[] {
    return this.#reading((db) => {
      const room = this.#rooms.get(db, name);
      if (room === undefined) return [];
      const from = Math.max(after + 1, room.head - this.#options.historyPerRoom + 1, room.oldest);
      return from > room.head || limit <= 0 ? [] : rowsFrom(db, room, from, limit);
    });
  }

  /** Throws {@link OutcomeUnknown} if it can't be told. */
  #isCommitted(id: string): boolean {
    const isLast = (): boolean => {
      const db = this.#usable();
      db.resetReadTxn(); // it may still show the state before the batch
      return newestBatchIn(db) === id;
    };
    try {
      return isLast();
    } catch {
      // The database that failed may not be able to tell; opened again it may, or throws below.
    }
    try {
      this.#open();
      return isLast();
    } catch (error) {
      if (error instanceof HistoryLost) throw error;
      const { message } = error as Error;
      throw new OutcomeUnknown(`the log can't be read: ${message}`, { cause: error });
    }
  }

  #writing<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      this.#isSound = false;
      throw error;
    }
  }

  #reading<T>(read: (db: Database) => T): T {
    try {
      return read(this.#usable());
    } catch (error) {
      this.#fail();
      throw error;
    }
  }

  /** The database, opened again if that is due. */
  #usable(): Database {
    if (!this.#suspect && !this.#files.areInPlace()) this.#fail();
    if (this.#suspect && performance.now() - this.#openedAt >= REOPEN_INTERVAL_MS) this.#open();
    if (this.#files.environment !== undefined) return this.#files.environment.db;
    const why = this.#openError?.message ?? 'it is closed';
    throw new Error(`the log could not be opened again: ${why}`, { cause: this.#openError });
  }

  #open(): OpenedStore {
    this.#rooms.clear();
    this.#openedAt = performance.now();
    const expected = this.#progress;
    try {
      const { db, state } = expected === undefined ? this.#files.open() : this.#files.reopen();
      const opened = { ...state, newestBatch: newestBatchIn(db) };
      if (expected !== undefined) assertNothingLost(expected, opened, this.#options.directory);
      this.#progress ??= { epoch: state.epoch, newestBatch: [opened.newestBatch] };
      this.#suspect = false;
      return opened;
    } catch (error) {
      this.#openError = error as Error;
      this.#files.closeDatabase();
      throw error;
    }
  }

  /** The outcome of a batch is known: `id` if it is the newest in the database now. */
  #settled(before: Progress | undefined, id: string | undefined): void {
    if (before === undefined) return;
    this.#progress = id === undefined ? before : { ...before, newestBatch: [id] };
  }

  #fail(): void {
    this.#rooms.clear();
    this.#suspect = true;
  }

  /**
   * Reserves the space that the batch takes at most: for each draft the pages of its identity and
   * of one or two identities that it replaces, each with its share of the pages above it.
   */
  #reserve(entries: number, bytes: number): void {
    const { used, page } = this.#reading(sizeOf);
    const pages = 2 * CATCH_UP_ENTRIES + 6 * entries;
    this.#files.environment?.space.reserve(used, used + pages * page + 2 * bytes);
  }
}
