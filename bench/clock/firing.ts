/** One tick as a client fired it. */
export interface Firing {
  readonly client: number;
  readonly n: number;
  /** When the listener was called, ms of this machine's time. */
  readonly at: number;
  /** What the client's clock said then, ms of server time. */
  readonly now: number;
  /** When the tick begins, ms of server time. */
  readonly dueAt: number;
  /** What the client's clock said of its error, ms. */
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

/** The value that a share (0 to 1) of the values is not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

/** p50, p95, p99 and the largest, ms. */
export function figures(values: readonly number[]): string {
  const [p50, p95, p99, most] = [0.5, 0.95, 0.99, 1].map((share) =>
    quantile(values, share).toFixed(2),
  );
  return `p50 ${p50}  p95 ${p95}  p99 ${p99}  max ${most} ms (${values.length} firings)`;
}
