/** Ticks that the average goes over: enough to even out a network's jitter. */
const WINDOW = 8;

/** Finds out how long a tick lasts from when ticks arrive: the plain protocol doesn't say. */
export class ObservedPeriod {
  readonly #seen: Array<{ readonly n: number; readonly atMs: number }> = [];

  /**
   * Takes note of tick `n` arriving at `atMs` (any clock that doesn't go back). Returns the period
   * in ms; undefined until two ticks were seen, also after the count began anew.
   */
  observe(n: number, atMs: number): number | undefined {
    const seen = this.#seen;
    const last = seen.at(-1);
    if (last !== undefined && n <= last.n) seen.length = 0;
    seen.push({ n, atMs });
    if (seen.length > WINDOW) seen.shift();
    const first = seen[0];
    if (first === undefined || first.n === n || first.atMs === atMs) return undefined;
    return (atMs - first.atMs) / (n - first.n);
  }
}
