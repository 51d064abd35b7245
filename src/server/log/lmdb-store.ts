import { OutcomeUnknown, type LogState, type Seq } from './log.js';
import type { DirectoryLock } from './directory-lock.js';
import {
  BatchWriter,
  CATCH_UP_ENTRIES,
  type Addressed,
  type Batch,
  type Known,
  type Outcome,
  type Span,
} from './lmdb-batch.js';
import { chunkWith, getMeta, putMeta, type Database } from './lmdb-database.js';
import { lockDirectory, openEnvironment, type Environment } from './lmdb-environment.js';
import { chunkKey, firstOf, rowsOf } from './lmdb-records.js';
import { RoomCache } from './room-cache.js';

/** What lmdb's type of `getStats` leaves out. */
interface Stats {
  readonly root: { readonly pageSize: number };
  readonly lastPageNumber: number;
}

/** Where a {@link LmdbStore} is, and how much it keeps. */
export interface LmdbStoreOptions {
  readonly directory: string;
  /** Newest messages kept of each room, at least 1. */
  readonly historyPerRoom: number;
}

/** After a failure the database is opened anew, but not more often than this. */
const REOPEN_INTERVAL_MS = 1000;

/**
 * The log on the disk. Every call blocks until it is done, so it lives in a thread of its own. What
 * throws changed nothing, unless it throws {@link OutcomeUnknown}.
 */
export class LmdbStore {
  readonly #options: LmdbStoreOptions;
  #lock: DirectoryLock | undefined;
  #environment: Environment | undefined;
  #epoch: string | undefined;
  readonly #rooms = new RoomCache();
  /** LMDB may be of no use after a failure (MDB_PANIC), or may have files that are gone. */
  #suspect = false;
  #openedAt = 0;

  constructor(options: LmdbStoreOptions) {
    this.#options = options;
  }

  /**
   * Throws an error of one line if the directory can't be used, or if the log in it is not the one of
   * `epoch` (given if it was open before).
   */
  open(epoch: string | undefined): LogState {
    const { directory } = this.#options;
    this.#lock ??= lockDirectory(directory);
    this.#openedAt = performance.now();
    this.#environment = openEnvironment(directory);
    const { state } = this.#environment;
    if (epoch !== undefined && state.epoch !== epoch) {
      this.#closeDatabase();
      throw new Error(`the log in ${directory} was replaced by another`);
    }
    this.#epoch = state.epoch;
    this.#suspect = false;
    return state;
  }

  /** Says what became of the drafts, in their order. The batch is on the disk when it returns. */
  commit({ id, drafts, timeline }: Batch): Outcome[] {
    const addressed = JSON.parse(drafts) as Addressed[];
    this.#reserve(addressed.length, Buffer.byteLength(drafts));
    const db = this.#usable();
    let outcomes: Outcome[] | undefined;
    try {
      const rooms = db.transactionSync(() => {
        const { historyPerRoom } = this.#options;
        const batch = new BatchWriter(db, historyPerRoom, (name) => this.#rooms.get(db, name));
        const all = addressed.map((draft) => batch.add(draft));
        const grown = batch.finish(id);
        if (timeline !== undefined) putMeta(db, 'timeline', timeline);
        outcomes = all;
        return grown;
      });
      for (const [name, room] of rooms) this.#rooms.keep(name, room);
      return outcomes ?? [];
    } catch (error) {
      this.#fail();
      // Once all is written, a failure may have come too late to undo it.
      if (outcomes === undefined || !this.#isCommitted(id)) throw error;
      return outcomes;
    }
  }

  /** What a batch whose outcome was unknown has brought after all; throws if that can't be told yet. */
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

  /** JSON of an array of {@link Known}, which crosses to another thread faster than the array. */
  read(name: string, after: Seq, limit: number): string {
    return JSON.stringify(this.#read(name, after, limit));
  }

  close(): void {
    this.#closeDatabase();
    this.#lock?.release();
    this.#lock = undefined;
  }

  #read(name: string, after: Seq, limit: number): Known[] {
    return this.#reading((db) => {
      const room = this.#rooms.get(db, name);
      if (room === undefined) return [];
      const from = Math.max(after + 1, room.head - this.#options.historyPerRoom + 1, room.oldest);
      if (from > room.head || limit <= 0) return [];
      const start = chunkKey(room.number, chunkWith(db, room, from).first);
      const entries: Known[] = [];
      for (const { key, value } of db.getRange({ start, end: chunkKey(room.number + 1, 0) })) {
        const first = firstOf(key);
        for (const [i, row] of rowsOf(value).entries()) {
          if (first + i >= from) entries.push([first + i, row]);
          if (entries.length === limit) return entries;
        }
      }
      return entries;
    });
  }

  #isCommitted(id: string): boolean {
    const isLast = (): boolean => {
      const db = this.#usable();
      db.resetReadTxn(); // it may still show what was there before the batch
      const last = getMeta(db, 'batch') as { id: string } | undefined;
      return last?.id === id;
    };
    try {
      return isLast();
    } catch {
      // The database that failed may not be able to tell; opened anew it may.
    }
    try {
      this.#reopen();
      return isLast();
    } catch (error) {
      const { message } = error as Error;
      throw new OutcomeUnknown(`the log can't be read: ${message}`, { cause: error });
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

  /** The database, opened anew if it is time to. */
  #usable(): Database {
    if (this.#suspect && performance.now() - this.#openedAt >= REOPEN_INTERVAL_MS) this.#reopen();
    if (this.#environment === undefined) throw new Error('the log could not be opened again');
    return this.#environment.db;
  }

  #reopen(): void {
    this.#closeDatabase();
    this.open(this.#epoch);
  }

  #closeDatabase(): void {
    void this.#environment?.db.close(); // done when it returns
    this.#environment?.space.close();
    this.#environment = undefined;
    this.#rooms.clear();
  }

  #fail(): void {
    this.#rooms.clear();
    this.#suspect = true;
  }

  /**
   * Gets the space that the batch may take at most: for each draft the pages of its identity and of
   * one or two that it pushes out, each with its share of the pages above it.
   */
  #reserve(entries: number, bytes: number): void {
    const { root, lastPageNumber } = this.#reading((db) => db.getStats()) as Stats;
    const pages = 2 * CATCH_UP_ENTRIES + 6 * entries;
    const used = (lastPageNumber + 1) * root.pageSize;
    this.#environment?.space.reserve(used, used + pages * root.pageSize + 2 * bytes);
  }
}
