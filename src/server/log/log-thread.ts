import { Worker } from 'node:worker_threads';
import { ExitGate } from './exit-gate.js';
import { OutcomeUnknown } from './log.js';
import type { LmdbStore, LmdbStoreOptions } from './lmdb-store.js';

/** What a {@link LmdbStore} can be asked. */
type Verb = 'open' | 'commit' | 'settle' | 'head' | 'read' | 'close';

/** What the thread is started with. */
export interface Start {
  readonly options: LmdbStoreOptions;
  readonly gate: SharedArrayBuffer;
}

export interface Request {
  readonly verb: Verb;
  readonly args: readonly unknown[];
}

export type Answer =
  | { readonly value: unknown }
  | { readonly error: string; readonly unknown: boolean };

/** How long a process that exits waits for what is being written. */
const EXIT_TIMEOUT_MS = 10_000;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A {@link LmdbStore} in a thread of its own, so that no write to the disk, no page that has to be
 * read, and nothing else that LMDB does, holds up the event loop.
 */
export class LogThread {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  /** Answers come in the order of the questions. */
  readonly #waiting: Waiting[] = [];
  #hasEnded = false;

  constructor(options: LmdbStoreOptions) {
    const gate = new ExitGate();
    const start: Start = { options, gate: gate.buffer };
    this.#worker = new Worker(new URL('./lmdb-thread.js', import.meta.url), {
      workerData: start,
      name: 'log',
    });
    const shut = (): void => gate.shut(EXIT_TIMEOUT_MS);
    process.once('exit', shut);
    this.#worker.on('message', (answer: Answer) => this.#receive(answer));
    let failure: Error | undefined;
    this.#worker.on('error', (error: Error) => (failure = error));
    this.#ended = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        process.off('exit', shut);
        this.#end(failure);
        resolve();
      });
    });
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /**
   * Calls the store's method. Rejects with what it throws; with {@link OutcomeUnknown} if the thread
   * ends before it answers.
   */
  ask<V extends Verb>(
    verb: V,
    ...args: Parameters<LmdbStore[V]>
  ): Promise<ReturnType<LmdbStore[V]>> {
    return new Promise((resolve, reject) => {
      if (this.#hasEnded) {
        reject(new Error('the thread of the log has ended'));
        return;
      }
      this.#waiting.push({ resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ verb, args } satisfies Request);
    });
  }

  /** Resolves when the store is closed, and the thread has ended with all that it held. */
  async end(): Promise<void> {
    await Promise.allSettled([this.ask('close')]);
    await this.#ended;
  }

  #receive(answer: Answer): void {
    const asker = this.#waiting.shift();
    if (asker === undefined) return;
    if ('value' in answer) asker.resolve(answer.value);
    else if (answer.unknown) asker.reject(new OutcomeUnknown(answer.error));
    else asker.reject(new Error(answer.error));
  }

  #end(failure: Error | undefined): void {
    this.#hasEnded = true;
    for (const { reject } of this.#waiting.splice(0)) {
      const why = failure === undefined ? '' : `: ${failure.message}`;
      reject(new OutcomeUnknown(`the thread of the log has ended${why}`, { cause: failure }));
    }
  }
}
