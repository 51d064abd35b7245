import type { BenchTarget } from '../plan.js';
import type { Firing } from './firing.js';

/** What a measurement of the clock does. */
export interface ClockPlan {
  readonly target: BenchTarget;
  readonly clients: number;
  /** Length of the measured window, ms. */
  readonly windowMs: number;
  /** Threads that the clients are spread over. */
  readonly workers: number;
}

/** What a worker thread is started with. */
export interface ClockCrew {
  /** The WebSocket. */
  readonly url: string;
  readonly room: string;
  readonly token: string | undefined;
  /** The numbers of its clients. */
  readonly numbers: readonly number[];
  readonly windowMs: number;
}

/** What a worker answers, in this order, or that it has failed. */
export type ClockCrewAnswer =
  | { readonly answer: 'in sync' }
  | { readonly answer: 'fired'; readonly firings: readonly Firing[] }
  | { readonly answer: 'failed'; readonly why: string };
