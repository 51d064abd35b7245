/** One tick as a client fired it. Times in ms; which clock `at` is of, its maker says. */
export interface Firing {
  readonly client: number;
  readonly n: number;
  /** When the listener was called, by a clock that all clients share. */
  readonly at: number;
  /** What the client's clock said then: server time. */
  readonly now: number;
  /** When the tick begins: server time. */
  readonly dueAt: number;
  /** What the client's clock said of its own error. */
  readonly bound: number;
}

/** How late each firing was by true server time, ms; below 0 if it was early. */
export function latenesses(firings: readonly Firing[], serverAheadMs: number): number[] {
  return firings.map(({ at, dueAt }) => at + serverAheadMs - dueAt);
}

/** How wrong each client's clock was when it fired, ms. */
export function clockErrors(firings: readonly Firing[], serverAheadMs: number): number[] {
  return firings.map(({ at, now }) => now - at - serverAheadMs);
}

/** How long after the first client each one fired the same tick, ms. */
export function spreads(firings: readonly Firing[]): number[] {
  const first = new Map<number, number>();
  for (const { n, at } of firings) first.set(n, Math.min(at, first.get(n) ?? Infinity));
  return firings.map(({ n, at }) => at - (first.get(n) ?? at));
}

/** How many firings were not of the tick after the one before, at the same client. */
export function outOfTurn(firings: readonly Firing[]): number {
  const last = new Map<number, number>();
  let count = 0;
  for (const { client, n } of firings) {
    if (n !== (last.get(client) ?? n - 1) + 1) count += 1;
    last.set(client, n);
  }
  return count;
}

/** How values are distributed; NaN throughout if there are none. */
export interface Distribution {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

export function distribution(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).toSorted();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
