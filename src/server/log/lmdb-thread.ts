import { parentPort, workerData } from 'node:worker_threads';
import { ExitGate } from './exit-gate.js';
import { LmdbStore } from './lmdb-store.js';
import { OutcomeUnknown } from './log.js';
import type { Answer, Request, Start } from './log-thread.js';

/** The thread that {@link LogThread} talks to: does what it is asked, in the order it is asked. */
const { options, gate: buffer } = workerData as Start;
const store = new LmdbStore(options);
const gate = new ExitGate(buffer);
const port = parentPort ?? failToStart();

port.on('message', (request: Request) => {
  gate.enter();
  const answer = answerTo(request);
  gate.leave();
  port.postMessage(answer);
  if (request.verb === 'close') port.close();
});

function answerTo({ verb, args }: Request): Answer {
  try {
    return { value: Reflect.apply(store[verb], store, args) };
  } catch (error) {
    return { error: (error as Error).message, unknown: error instanceof OutcomeUnknown };
  }
}

function failToStart(): never {
  throw new Error('this module is for a worker thread');
}
