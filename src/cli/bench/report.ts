import type { Load } from './plan.js';
import type { TickFigures } from './tick-figures.js';

/** What a run found. Latencies and lateness in ms. */
export interface BenchReport {
  readonly load: BenchLoad;
  /** Length of the measured window as it was, seconds: shorter than planned if it was interrupted. */
  readonly seconds: number;
  readonly interrupted: boolean;
  /** Messages sent in the window, and received by all clients together. */
  readonly sent: number;
  readonly delivered: number;
  readonly deliveriesPerSecond: number;
  /** From handing a message to the sender's socket to reading it from a receiver's. */
  readonly latencyMs: Quantiles;
  /** Undefined if the server doesn't tick, or the window was too short to see two. */
  readonly ticks: TickFigures | undefined;
  /** Counted over the whole run, warm-up included. One message missed by three clients is 3. */
  readonly lost: number;
  readonly outOfOrder: number;
  readonly duplicated: number;
  /** Still on their way when the run gave up waiting: the server takes them in at its own pace. */
  readonly pending: number;
  /** Connections that ended before the bench ended them. */
  readonly closed: number;
  /** Share of its time that the busiest thread of the generator worked, 0 to 1. */
  readonly generatorBusy: number;
  readonly server: ServerFigures | undefined;
}

/** The load, as it was asked for. */
export interface BenchLoad {
  readonly clients: number;
  readonly senders: number;
  readonly rooms: number;
  readonly size: number;
  readonly load: Load;
}

/** A distribution. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What the server's process used, from /proc. */
export interface ServerFigures {
  /** User and system time in the measured window. */
  readonly cpuSeconds: number;
  /** Undefined where the CPU time was too short to be told. */
  readonly deliveriesPerCpuSecond: number | undefined;
  /** CPU time of taking in one client, handshake included, ms. */
  readonly connectCpuMs: number;
  readonly memory: MemoryFigures;
}

/** Resident memory, bytes. */
export interface MemoryFigures {
  readonly before: number;
  readonly connected: number;
  readonly end: number;
  /** (connected − before) / clients: below 0 if more was freed meanwhile than they took. */
  readonly perClient: number;
}

/** What went wrong in a run, in one line; undefined for a clean one. */
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
