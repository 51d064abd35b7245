import { setTimeout as delay } from 'node:timers/promises';
import {
  OutcomeUnknown,
  type Entry,
  type LogState,
  type OnEntry,
  type Position,
  type Seq,
} from '../log.js';
import type { Batch, Known, Outcome } from './batch.js';
import { HistoryLost, type Progress } from './history.js';
import type { LogProcess } from './log-process.js';
import { entryOf } from './records.js';

/** The part of a {@link LogProcess} that is used. */
export type Store = Pick<LogProcess, 'ask' | 'end' | 'kill' | 'hasEnded'>;

/** Shortest time between two attempts to open the log again, ms. */
const REOPEN_INTERVAL_MS = 500;

/** Callbacks of a {@link LmdbBackend}. None may throw. */
export interface BackendEvents {
  /** Gets the entries of a batch of unknown outcome that turned out to have been logged. */
  readonly onRecovered: OnEntry;
  readonly onOutcomeUnknown: (cause: Error) => void;
  readonly onEpochChanged: (epoch: string, cause: Error) => void;
}

/**
 * The process that logs, and the recovery from its failures. A process that ends is replaced. If
 * the outcome of its last batch is unknown, that is resolved before any other read or write. If
 * history was lost, the log goes on in another epoch.
 */
export class LmdbBackend {
  readonly #startStore: () => Store;
  readonly #events: BackendEvents;
  #store: Store | undefined;
  /** Whether {@link #store} has opened the log. */
  #isOpen = false;
  #reopenedAt = -Infinity;
  #abandoned = false;
  #progress: Progress | undefined;
  /** Id of the batch whose outcome is unknown. */
  #uncertainBatch: string | undefined;
  /** Set until another epoch has begun. */
  #historyLost: HistoryLost | undefined;
  #recovering: Promise<Store> | undefined;

  constructor(startStore: () => Store, events: BackendEvents) {
    this.#startStore = startStore;
    this.#events = events;
  }

  async open(): Promise<LogState> {
    const store = this.#startStore();
    try {
      const { epoch, timeline, newestBatch } = await store.ask('open', undefined);
      this.#progress = { epoch, newestBatch: [newestBatch] };
      this.#store = store;
      this.#isOpen = true;
      return { epoch, timeline };
    } catch (error) {
      await Promise.allSettled([store.end()]); // the first error says more
      throw error;
    }
  }

  /** Rejects with {@link OutcomeUnknown} if it is not known whether the batch was logged. */
  async commit(batch: Batch): Promise<Outcome[]> {
    const store = await this.#healthyStore();
    try {
      const outcomes = await store.ask('commit', batch);
      if (outcomes.some((outcome) => typeof outcome === 'number')) this.#setNewestBatch(batch.id);
      return outcomes;
    } catch (error) {
      if (error instanceof OutcomeUnknown) {
        this.#uncertainBatch = batch.id;
        this.#events.onOutcomeUnknown(error);
      }
      this.#note(error);
      throw error;
    }
  }

  async head(room: string): Promise<Seq> {
    const store = await this.#healthyStore();
    try {
      return await store.ask('head', room);
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  async holds(room: string, position: Position): Promise<boolean> {
    const store = await this.#healthyStore();
    try {
      return await store.ask('holds', room, position);
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  async read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    const store = await this.#healthyStore();
    try {
      const known = JSON.parse(await store.ask('read', room, after, limit)) as Known[];
      return known.map(([seq, row]) => entryOf(room, seq, row));
    } catch (error) {
      this.#note(error);
      throw error;
    }
  }

  /**
   * Resolves when all earlier calls were answered and the directory is free. Rejects then if the
   * database could not be closed.
   */
  async close(): Promise<void> {
    await Promise.allSettled([this.#recovering]); // its callers get its failure
    await this.#store?.end();
  }

  /** Gives up a log that does not close. Nothing that was logged is lost. */
  abandon(): void {
    this.#abandoned = true;
    this.#store?.kill();
  }

  /** The store, recovered if that is necessary. Rejects if history was lost meanwhile. */
  async #healthyStore(): Promise<Store> {
    const store = this.#store;
    const resolved = this.#uncertainBatch === undefined && this.#historyLost === undefined;
    if (store?.hasEnded === false && this.#isOpen && resolved) return store;
    const epoch = this.#progress?.epoch;
    this.#recovering ??= this.#recover().finally(() => (this.#recovering = undefined));
    const recovered = await this.#recovering;
    if (this.#progress?.epoch !== epoch) throw new Error('another epoch of the log has begun');
    return recovered;
  }

  async #recover(): Promise<Store> {
    try {
      const store = await this.#openStore();
      if (this.#historyLost !== undefined) await this.#beginEpoch(store, this.#historyLost);
      if (this.#uncertainBatch !== undefined) {
        await this.#resolveUncertain(store, this.#uncertainBatch);
      }
      return store;
    } catch (error) {
      this.#note(error);
      // The outcome of what waits for the recovery is known: it was not done.
      throw new Error((error as Error).message, { cause: error });
    }
  }

  /** The store, opened again if that is necessary; another one if its process has ended. */
  async #openStore(): Promise<Store> {
    if (this.#store?.hasEnded === false && this.#isOpen) return this.#store;
    if (this.#progress === undefined) throw new Error('the log is not open');
    const { epoch, newestBatch } = this.#progress;
    const dueInMs = this.#reopenedAt + REOPEN_INTERVAL_MS - performance.now();
    if (dueInMs > 0) await delay(dueInMs);
    if (this.#abandoned) throw new Error('the log is closed');
    this.#reopenedAt = performance.now();
    this.#isOpen = false;
    if (this.#store?.hasEnded !== false) this.#store = this.#startStore();
    const store = this.#store;
    try {
      const uncertain = this.#uncertainBatch === undefined ? [] : [this.#uncertainBatch];
      await store.ask('open', { epoch, newestBatch: [...newestBatch, ...uncertain] });
    } catch (error) {
      if (!(error instanceof HistoryLost)) throw error;
      this.#historyLost = error;
    }
    this.#isOpen = true;
    return store;
  }

  async #beginEpoch(store: Store, cause: HistoryLost): Promise<void> {
    const { epoch, newestBatch } = await store.ask('beginEpoch');
    this.#progress = { epoch, newestBatch: [newestBatch] };
    this.#historyLost = undefined;
    this.#events.onEpochChanged(epoch, cause);
  }

  async #resolveUncertain(store: Store, id: string): Promise<void> {
    const logged = await store.ask('settle', id);
    for (const [room, entries] of logged) {
      for (const [seq, row] of entries) this.#events.onRecovered(entryOf(room, seq, row));
    }
    if (logged.length > 0) this.#setNewestBatch(id);
    this.#uncertainBatch = undefined;
  }

  #setNewestBatch(id: string): void {
    if (this.#progress !== undefined) {
      this.#progress = { epoch: this.#progress.epoch, newestBatch: [id] };
    }
  }

  /** Remembers that history was lost, if that is what the error says. */
  #note(error: unknown): void {
    if (error instanceof HistoryLost) this.#historyLost = error;
  }
}
