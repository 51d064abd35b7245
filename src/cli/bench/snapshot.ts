import { monotonicMicros } from './monotonic.js';
import { readProcessStats, type ProcessStats } from './process-stats.js';
import { COUNTER } from './tally.js';

/** The counters of all threads and the resources of the server's process, at one moment. */
export interface Snapshot {
  /** µs of the monotonic clock. */
  readonly at: number;
  readonly connected: number;
  readonly sent: number;
  readonly delivered: number;
  readonly ticks: number;
  readonly closed: number;
  /** Number of clients of a storm that came back. */
  readonly returned: number;
  readonly process: ProcessStats | undefined;
}

/** Takes a snapshot. @param pid process id of the server, if it is to be measured */
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
    returned: sum('returned'),
  };
}
