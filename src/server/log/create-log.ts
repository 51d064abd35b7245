import type { Config } from '../config/options.js';
import type { Log } from './log.js';

/**
 * The log that the configuration asks for, not yet open. An adapter is loaded only when it is chosen.
 *
 * @param now server time, ms
 */
export async function createLog(config: Config, now: () => number): Promise<Log> {
  const { dataDir, history: historyPerRoom } = config;
  if (dataDir === undefined) {
    const { MemoryLog } = await import('./memory.js');
    return new MemoryLog({ historyPerRoom, now });
  }
  const { LmdbLog } = await import('./lmdb.js');
  return new LmdbLog({ directory: dataDir, historyPerRoom, now });
}
