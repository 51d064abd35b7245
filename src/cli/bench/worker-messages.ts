import type { Endpoint } from './connection.js';
import type { HistogramRecord } from './histogram.js';
import type { OrderFaults } from './order-check.js';
import type { BenchPlan } from './plan.js';
import type { Schedule } from './tally.js';
import type { TickRecord } from './tick-watch.js';

/** What a worker is started with. */
export interface WorkerInput {
  readonly plan: BenchPlan;
  readonly endpoint: Endpoint;
  /** Marks this run's messages. */
  readonly run: string;
  readonly worker: number;
  readonly counters: SharedArrayBuffer;
}

/** What a worker is told, in this order. */
export type Order =
  | { readonly order: 'begin'; readonly schedule: Schedule }
  /** No more sending. */
  | { readonly order: 'stop' }
  /** Wait for what is still on its way, given what all senders have sent. */
  | { readonly order: 'settle'; readonly sentBySender: readonly number[] }
  | { readonly order: 'close' };

/** What a worker answers, one for each order and one when its clients have connected. */
export type Answer =
  | { readonly answer: 'connected' }
  | { readonly answer: 'failed'; readonly why: string }
  | { readonly answer: 'stopped'; readonly sent: readonly SentCount[] }
  | { readonly answer: 'settled'; readonly result: WorkerResult }
  | { readonly answer: 'closed' };

/** How many messages a sender has sent. */
export interface SentCount {
  readonly sender: number;
  readonly sent: number;
}

/** What the clients of one worker saw. */
export interface WorkerResult extends OrderFaults {
  readonly latency: HistogramRecord;
  readonly ticks: readonly TickRecord[];
  /** Clients that were still connected at the end and read. */
  readonly counting: number;
  /** Messages that hadn't come when the wait ended, though others were still coming. */
  readonly pending: number;
  /** Share of the measured window in which the thread was busy, 0 to 1. */
  readonly busy: number;
}
