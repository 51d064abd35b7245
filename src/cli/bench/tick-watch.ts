/** Arrivals of one tick at the clients of a thread. Times in µs of the monotonic clock. */
export interface TickRecord {
  readonly n: number;
  first: number;
  last: number;
  /** Number of clients that received it. */
  count: number;
}

/** Records when each tick reached the first and the last client of this thread. */
export class TickWatch {
  readonly #ticks = new Map<number, TickRecord>();
  #newest: TickRecord | undefined;

  /** Records that tick `n` reached a client at `at`. */
  arrived(n: number, at: number): void {
    const tick = this.#newest?.n === n ? this.#newest : this.#recordOf(n, at);
    tick.count += 1;
    if (at > tick.last) tick.last = at;
  }

  /** All ticks. */
  records(): TickRecord[] {
    return [...this.#ticks.values()];
  }

  #recordOf(n: number, at: number): TickRecord {
    let tick = this.#ticks.get(n);
    if (tick === undefined) {
      tick = { n, first: at, last: at, count: 0 };
      this.#ticks.set(n, tick);
    }
    this.#newest = tick;
    return tick;
  }
}

/** Merges the records of several threads, in order of the tick numbers. */
export function mergeTicks(threads: readonly (readonly TickRecord[])[]): TickRecord[] {
  const merged = new Map<number, TickRecord>();
  for (const tick of threads.flat()) {
    const known = merged.get(tick.n);
    if (known === undefined) {
      merged.set(tick.n, { ...tick });
      continue;
    }
    known.first = Math.min(known.first, tick.first);
    known.last = Math.max(known.last, tick.last);
    known.count += tick.count;
  }
  return [...merged.values()].toSorted((a, b) => a.n - b.n);
}
