import { parentPort, workerData } from 'node:worker_threads';
import { OutcomeUnknown } from './log.js';
import type { Answer, Request } from './log-thread.js';
import { LmdbStore, type LmdbStoreOptions } from './lmdb-store.js';

/** The thread that {@link LogThread} talks to: does what it is asked, in the order it is asked. */
const store = new LmdbStore(workerData as LmdbStoreOptions);
const port = parentPort ?? failToStart();

port.on('message', ({ verb, args }: Request) => {
  port.postMessage(answer({ verb, args }));
  if (verb === 'close') port.close();
});

function answer({ verb, args }: Request): Answer {
  try {
    return { value: Reflect.apply(store[verb], store, args) };
  } catch (error) {
    return { error: (error as Error).message, unknown: error instanceof OutcomeUnknown };
  }
}

function failToStart(): never {
  throw new Error('this module is for a worker thread');
}
