import { readProcessStats } from '../src/cli/bench/process-stats.js';
import type { Contender } from './contender.js';
import type { Outcome } from './outcome.js';
import { median } from './results.js';
import { ServerProcess } from './server-process.js';

/**
 * Starts a server several times; the figures are medians. Resolves with undefined if the server is
 * not available here.
 */
export async function measureStarts(
  contender: Contender,
  starts: number,
): Promise<Outcome | undefined> {
  const [times, memory]: [number[], number[]] = [[], []];
  for (let start = 0; start < starts; start += 1) {
    const command = contender.command(1);
    if (command === undefined) return undefined;
    const spawnedAt = performance.now();
    const server = await ServerProcess.start(command);
    times.push(performance.now() - spawnedAt);
    memory.push(readProcessStats(server.pid)?.residentBytes ?? Number.NaN);
    await server.stop();
  }
  const starting = {
    listeningMs: median(times) ?? Number.NaN,
    residentBytes: median(memory) ?? Number.NaN,
  };
  return { reports: [], starts: starting };
}
