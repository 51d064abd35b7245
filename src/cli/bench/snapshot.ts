import { monotonicMicros } from './monotonic.js';
import { readProcessStats, type ProcessStats } from './process-stats.js';
import { COUNTER } from './tally.js';

/** All counters, over all threads, and what the server's process had used, at one moment. */
export interface Snapshot {
  /** µs of the monotonic clock. */
  readonly at: number;
  readonly connected: number;
  readonly sent: number;
  readonly delivered: number;
  readonly ticks: number;
  readonly closed: number;
  readonly process: ProcessStats | undefined;
}

/** Takes one. @param pid the server's process, if its figures are wanted */
export function takeSnapshot(
  counters: readonly SharedArrayBuffer[],
  pid: number | undefined,
): Snapshot {
  const threads = counters.map((shared) => new Float64Array(shared));
  const sum = (counter: keyof typeof COUNTER) =>
    threads.reduce((total, thread) => total + (thread[COUNTER[counter]] ?? 0), 0);
  return {
    process: pid === undefined ? undefined : readProcessStats(pid),
    at: monotonicMicros(),
    connected: sum('connected'),
    sent: sum('sent'),
    delivered: sum('delivered'),
    ticks: sum('ticks'),
    closed: sum('closed'),
  };
}
