import type { Batch, Known, Outcome } from './lmdb-batch.js';
import { entryOf } from './lmdb-records.js';
import { OutcomeUnknown, type Entry, type LogState, type OnEntry, type Seq } from './log.js';
import type { LogThread } from './log-thread.js';

/** What is used of a {@link LogThread}. */
export type Thread = Pick<LogThread, 'ask' | 'end' | 'hasEnded'>;

/**
 * The thread that logs, and what to do when it fails: a thread that ended is replaced, and of a
 * batch whose outcome was unknown it is found out, before anything else is logged or read.
 */
export class LmdbBackend {
  readonly #startThread: () => Thread;
  readonly #onLate: OnEntry;
  #thread: Thread | undefined;
  #epoch: string | undefined;
  /** Id of the batch whose outcome is unknown. */
  #doubtful: string | undefined;
  #recovering: Promise<Thread> | undefined;

  /** `onLate` gets the entries of a batch that turned out to have been logged. */
  constructor(startThread: () => Thread, onLate: OnEntry) {
    this.#startThread = startThread;
    this.#onLate = onLate;
  }

  async open(): Promise<LogState> {
    const thread = this.#startThread();
    try {
      const state = await thread.ask('open', this.#epoch);
      this.#epoch = state.epoch;
      this.#thread = thread;
      return state;
    } catch (error) {
      await thread.end();
      throw error;
    }
  }

  /** Rejects with {@link OutcomeUnknown} if it can't be told whether the batch was logged. */
  async commit(batch: Batch): Promise<Outcome[]> {
    const thread = await this.#sound();
    try {
      return await thread.ask('commit', batch);
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.#doubtful = batch.id;
      throw error;
    }
  }

  async head(room: string): Promise<Seq> {
    return (await this.#sound()).ask('head', room);
  }

  async read(room: string, after: Seq, limit: number): Promise<Entry[]> {
    const known = await (await this.#sound()).ask('read', room, after, limit);
    return (JSON.parse(known) as Known[]).map(([seq, row]) => entryOf(room, seq, row));
  }

  /** Resolves when everything asked before was answered and the directory is free. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#recovering]);
    await this.#thread?.end();
  }

  async #sound(): Promise<Thread> {
    const thread = this.#thread;
    if (thread !== undefined && !thread.hasEnded && this.#doubtful === undefined) return thread;
    this.#recovering ??= this.#recover().finally(() => (this.#recovering = undefined));
    return this.#recovering;
  }

  async #recover(): Promise<Thread> {
    try {
      if (this.#thread?.hasEnded !== false) await this.open();
      const thread = this.#thread;
      if (thread === undefined) throw new Error('the log is not open');
      if (this.#doubtful !== undefined) await this.#settle(thread, this.#doubtful);
      return thread;
    } catch (error) {
      // What waits for this has an outcome that is known: it was not done.
      throw new Error((error as Error).message, { cause: error });
    }
  }

  async #settle(thread: Thread, id: string): Promise<void> {
    for (const [room, entries] of await thread.ask('settle', id)) {
      for (const [seq, row] of entries) this.#onLate(entryOf(room, seq, row));
    }
    this.#doubtful = undefined;
  }
}
