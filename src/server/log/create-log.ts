import type { Config } from '../config/options.js';
import type { MessageLog, OnLogEvent } from './log.js';

/**
 * Creates the log that the configuration asks for, not yet open. An adapter is loaded only when it
 * is chosen.
 *
 * @param now server time, ms
 */
export async function createMessageLog(
  { dataDir, history: historyPerRoom, maxPending }: Config,
  now: () => number,
  onEvent: OnLogEvent,
): Promise<MessageLog> {
  if (dataDir === undefined) {
    const { MemoryLog } = await import('./memory.js');
    return new MemoryLog({ historyPerRoom, now });
  }
  const { LmdbLog } = await import('./lmdb/lmdb-log.js');
  return new LmdbLog({ directory: dataDir, historyPerRoom, maxPending, now, onEvent });
}
