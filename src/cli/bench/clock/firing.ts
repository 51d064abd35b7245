/** One tick that a client fired. Times in ms. */
export interface Firing {
  readonly client: number;
  readonly n: number;
  /** Time of the listener's call, on a clock that all clients share. */
  readonly at: number;
  /** The client's estimate of server time at that moment. */
  readonly now: number;
  /** Beginning of the tick, server time. */
  readonly dueAt: number;
  /** The client's own bound of its error. */
  readonly bound: number;
}

/** Lateness of each firing by true server time, ms; negative if it was early. */
export function latenesses(firings: readonly Firing[], serverAheadMs: number): number[] {
  return firings.map(({ at, dueAt }) => at + serverAheadMs - dueAt);
}

/** Error of the client's clock at each firing, ms. */
export function clockErrors(firings: readonly Firing[], serverAheadMs: number): number[] {
  return firings.map(({ at, now }) => now - at - serverAheadMs);
}

/** Time from the first client's firing of a tick to each firing of it, ms. */
export function spreads(firings: readonly Firing[]): number[] {
  const first = new Map<number, number>();
  for (const { n, at } of firings) first.set(n, Math.min(at, first.get(n) ?? Infinity));
  return firings.map(({ n, at }) => at - (first.get(n) ?? at));
}

/** Number of firings that did not follow the previous tick of the same client. */
export function outOfTurn(firings: readonly Firing[]): number {
  const last = new Map<number, number>();
  let count = 0;
  for (const { client, n } of firings) {
    if (n !== (last.get(client) ?? n - 1) + 1) count += 1;
    last.set(client, n);
  }
  return count;
}

/** Quantiles of values; all NaN if there are none. */
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
