import type { Load } from './plan.js';
import type { StormFigures } from './storm.js';
import type { TickFigures } from './tick-figures.js';

/** Results of a run. Latencies and lateness in ms. */
export interface BenchReport {
  readonly load: BenchLoad;
  /** Length of the measured window, seconds: shorter than planned if the run was interrupted. */
  readonly seconds: number;
  readonly interrupted: boolean;
  /** Messages sent in the window. */
  readonly sent: number;
  /** Messages received in the window by all clients together. */
  readonly delivered: number;
  readonly deliveriesPerSecond: number;
  /** Time from the write to the sender's socket to the read from a receiver's. */
  readonly latencyMs: Quantiles;
  /** Undefined if the window had fewer than two ticks. */
  readonly ticks: TickFigures | undefined;
  /**
   * Counted over the whole run, including the warm-up. One message missed by three clients is 3.
   */
  readonly lost: number;
  readonly outOfOrder: number;
  readonly duplicated: number;
  /** Not delivered when the run stopped waiting: the server's --rate delays them. */
  readonly pending: number;
  /** Connections that ended before the bench ended them. */
  readonly closed: number;
  /** Load of the busiest thread of the load generator, 0 to 1. */
  readonly generatorBusy: number;
  readonly server: ServerFigures | undefined;
  /** Undefined if the plan has none. `seconds` is then the time until all had come back. */
  readonly storm?: StormFigures | undefined;
}

/** The load of the plan. */
export interface BenchLoad {
  readonly clients: number;
  readonly senders: number;
  readonly rooms: number;
  readonly size: number;
  readonly load: Load;
}

/** Quantiles of a distribution. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** CPU time and memory of the server's process, from /proc. */
export interface ServerFigures {
  /** User and system time in the measured window. */
  readonly cpuSeconds: number;
  /** Undefined if the CPU time was too short to measure. */
  readonly deliveriesPerCpuSecond: number | undefined;
  /** CPU time of accepting one client, including the handshake, ms. */
  readonly connectCpuMs: number;
  readonly memory: MemoryFigures;
}

/** Resident memory, bytes. */
export interface MemoryFigures {
  readonly before: number;
  readonly connected: number;
  readonly end: number;
  /** (connected − before) / clients; negative if more memory was freed than the clients used. */
  readonly perClient: number;
}

/** Describes the faults of a run in one line; undefined if there are none. */
export function faultIn(report: BenchReport): string | undefined {
  const faults = [
    [report.lost, 'lost'],
    [report.outOfOrder, 'out of order'],
    [report.duplicated, 'duplicated'],
  ] as const;
  const parts = faults.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const messages = parts.length > 0 ? `messages: ${parts.join(', ')}` : undefined;
  const closed = report.closed > 0 ? `connections closed: ${report.closed}` : undefined;
  return [messages, closed].filter((part) => part !== undefined).join('; ') || undefined;
}
