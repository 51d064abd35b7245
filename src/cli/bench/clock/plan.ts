import type { BenchTarget } from '../plan.js';
import type { Firing } from './firing.js';

/** Plan of a measurement of the clock. */
export interface ClockPlan {
  readonly target: BenchTarget;
  readonly clients: number;
  /** Length of the measured window, ms. */
  readonly windowMs: number;
  /** Number of threads that run the clients. */
  readonly workers: number;
}

/** Input of a worker thread. */
export interface ClockWorkerInput {
  /** The WebSocket's URL. */
  readonly url: string;
  readonly room: string;
  readonly token: string | undefined;
  /** Numbers of its clients. */
  readonly numbers: readonly number[];
  readonly windowMs: number;
}

/** Answers of a worker thread, in this order. `failed` may replace each. */
export type ClockWorkerAnswer =
  | { readonly answer: 'in sync' }
  | { readonly answer: 'fired'; readonly firings: readonly Firing[] }
  | { readonly answer: 'failed'; readonly why: string };
