import { OutcomeUnknown } from '../log.js';
import { HistoryLost } from './history.js';
import type { Answer, Failure, Request } from './log-process.js';
import type { LmdbStoreOptions } from './store-options.js';
import { LmdbStore } from './store.js';

/**
 * The process behind {@link LogProcess}: executes calls of the store in their order. Its only
 * argument is the JSON of the store's options.
 */
process.title = 'tickchat log';
// A terminal and a service manager send these to every process. The server alone decides.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', endWithServer);
const store = new LmdbStore(JSON.parse(process.argv[2] ?? '') as LmdbStoreOptions);
process.on('message', (request) => handle(request as Request));
if (!process.connected) endWithServer(); // the event came before its listener

function handle(request: Request): void {
  if (!store.isSound) return; // the server replaces this process
  const answer = answerTo(request);
  process.send?.(answer, undefined, undefined, () => {
    if (request.verb === 'close') process.exit(0);
  });
}

/** The server is gone. No transaction runs: each ends within one call. */
function endWithServer(): void {
  if (store.isSound) store.close();
  process.exit(0);
}

function answerTo({ verb, args }: Request): Answer {
  try {
    const value: unknown = Reflect.apply(store[verb], store, args);
    return { value, fatal: !store.isSound };
  } catch (error) {
    return { error: (error as Error).message, kind: kindOf(error), fatal: !store.isSound };
  }
}

function kindOf(error: unknown): Failure['kind'] {
  if (error instanceof OutcomeUnknown) return 'outcome_unknown';
  return error instanceof HistoryLost ? 'history_lost' : 'failed';
}
