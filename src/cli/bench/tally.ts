import { Histogram } from './histogram.js';
import { TickWatch } from './tick-watch.js';

/** Counters of a thread that others may read at any time: a `Float64Array` in shared memory. */
export const COUNTER = { connected: 0, sent: 1, delivered: 2, ticks: 3, closed: 4 } as const;

/** How many counters a thread has. */
export const COUNTERS = Object.keys(COUNTER).length;

/** Shared memory for the counters of one thread. */
export function sharedCounters(): SharedArrayBuffer {
  return new SharedArrayBuffer(COUNTERS * Float64Array.BYTES_PER_ELEMENT);
}

/** When the run began and its measured window, µs of the monotonic clock. */
export interface Schedule {
  readonly startAt: number;
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** What the clients of one thread have seen together. */
export class Tally {
  readonly latency = new Histogram();
  readonly ticks = new TickWatch();
  readonly #counters: Float64Array;
  #schedule: Schedule | undefined;

  constructor(shared: SharedArrayBuffer) {
    this.#counters = new Float64Array(shared);
  }

  /** From here on arrivals are measured. */
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

  /** A message arrived that was sent at `sentAt`, µs since the start. */
  delivered(sentAt: number, at: number): void {
    this.#counters[COUNTER.delivered] = (this.#counters[COUNTER.delivered] ?? 0) + 1;
    const schedule = this.#schedule;
    if (schedule === undefined || at < schedule.windowStart || at >= schedule.windowEnd) return;
    this.latency.record(at - schedule.startAt - sentAt);
  }

  /** Tick `n` arrived. */
  ticked(n: number, at: number): void {
    this.count('ticks');
    if (this.#schedule !== undefined) this.ticks.arrived(n, at);
  }
}
