import type { HistogramRecord } from './histogram.js';
import type { Endpoint } from './open-socket.js';
import type { OrderFaults } from './order-check.js';
import type { BenchPlan } from './plan.js';
import type { Schedule } from './tally.js';
import type { TickRecord } from './tick-watch.js';

/** Input of a worker thread. */
export interface WorkerInput {
  readonly plan: BenchPlan;
  readonly endpoint: Endpoint;
  /** Marker of this run's messages. */
  readonly run: string;
  readonly worker: number;
  readonly counters: SharedArrayBuffer;
}

/** Commands to a worker, in this order. */
export type Command =
  | { readonly command: 'begin'; readonly schedule: Schedule }
  /** Stop sending. */
  | { readonly command: 'stop' }
  /** Wait for pending messages, given the number that each sender has sent. */
  | { readonly command: 'settle'; readonly sentBySender: readonly number[] }
  | { readonly command: 'close' };

/** Answers of a worker: one per command, and one when its clients have connected. */
export type Answer =
  | { readonly answer: 'connected' }
  | { readonly answer: 'failed'; readonly why: string }
  | { readonly answer: 'stopped'; readonly sent: readonly SentCount[] }
  | { readonly answer: 'settled'; readonly result: WorkerResult }
  | { readonly answer: 'closed' };

/** Number of messages that a sender has sent. */
export interface SentCount {
  readonly sender: number;
  readonly sent: number;
}

/** Results of the clients of one worker. */
export interface WorkerResult extends OrderFaults {
  readonly latency: HistogramRecord;
  readonly ticks: readonly TickRecord[];
  /** Clients that were connected and reading at the end. */
  readonly counting: number;
  /** Messages missing at the end of the wait, while others were still arriving. */
  readonly pending: number;
  /** Load of the thread in the measured window, 0 to 1. */
  readonly busy: number;
}
