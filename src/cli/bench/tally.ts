import { Histogram } from './histogram.js';
import { TickWatch } from './tick-watch.js';

/** Indexes of a thread's counters, a `Float64Array` in memory that all threads read. */
export const COUNTER = {
  connected: 0,
  sent: 1,
  delivered: 2,
  ticks: 3,
  closed: 4,
  returned: 5,
} as const;

/** Number of counters per thread. */
export const COUNTERS = Object.keys(COUNTER).length;

/** Allocates shared memory for the counters of one thread. */
export function sharedCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT);
}

/** Start of the run and its measured window, µs of the monotonic clock. */
export interface Schedule {
  readonly startAt: number;
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** Counts what the clients of one thread receive. */
export class Tally {
  readonly latency = Histogram.create();
  readonly ticks = new TickWatch();
  readonly #counters: Float64Array;
  #schedule: Schedule | undefined;

  constructor(shared: SharedArrayBuffer) {
    this.#counters = new Float64Array(shared);
  }

  /** Starts the measurement. */
  begin(schedule: Schedule): void {
    this.#schedule = schedule;
  }

  count(counter: keyof typeof COUNTER): void {
    const index = COUNTER[counter];
    this.#counters[index] = (this.#counters[index] ?? 0) + 1;
  }

  get(counter: keyof typeof COUNTER): number {
    return this.#counters[COUNTER[counter]] ?? 0;
  }

  /** Counts a message. @param sentAt µs since the start */
  delivered(sentAt: number, at: number): void {
    this.#counters[COUNTER.delivered] = (this.#counters[COUNTER.delivered] ?? 0) + 1;
    const schedule = this.#schedule;
    if (schedule === undefined || at < schedule.windowStart || at >= schedule.windowEnd) return;
    this.latency.record(at - schedule.startAt - sentAt);
  }

  /** Counts tick `n`. */
  ticked(n: number, at: number): void {
    this.count('ticks');
    if (this.#schedule !== undefined) this.ticks.arrived(n, at);
  }
}
