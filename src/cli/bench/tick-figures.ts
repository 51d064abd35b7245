import type { TickRecord } from './tick-watch.js';

/** From the roundest on. */
const ROUND_UNITS_MS = [1000, 500, 250, 100, 50, 25, 10, 5, 2, 1];
/** Share of a period by which any tick may be late. */
const LEAST_JITTER = 0.01;
/** With fewer ticks their jitter is taken for drift: a tenth of a millisecond in three is 50 ppm. */
const LEAST_TICKS_FOR_DRIFT = 30;

/** The clock as the clients saw it. Times in ms. */
export interface TickFigures {
  /** Ticks that reached every client. */
  readonly count: number;
  /** Numbers between the first and the last that no client got. */
  readonly missed: number;
  /** Length of a tick: the roundest number of ms that fits what was measured. */
  readonly periodMs: number;
  /** Of each tick: last arrival less first, over all clients. */
  readonly spreadMs: { readonly p50: number; readonly p99: number };
  /** Of each tick: first arrival after its place on the grid. */
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** How much longer a tick is than `periodMs`, in millionths. NaN (null as JSON) with few ticks. */
  readonly driftPpm: number;
}

/**
 * Figures from the ticks of a run, by number; undefined with fewer than two. The grid is
 * `N × period`, laid as late as it can be without any tick being early: lateness is what a tick took
 * longer than the promptest one of the run. A delay that all share can't be seen from outside.
 *
 * @param clients how many a tick must reach to count as complete
 */
export function tickFigures(
  ticks: readonly TickRecord[],
  clients: number,
): TickFigures | undefined {
  const [first, last] = [ticks[0], ticks.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const measuredMs = slopeOf(ticks) / 1e3;
  const periodMs = roundPeriod(measuredMs, uncertainty(ticks, measuredMs));
  const late = ticks.map((tick) => tick.first / 1e3 - tick.n * periodMs);
  const promptest = late.reduce((least, one) => Math.min(least, one), Infinity);
  const lateness = ascending(late.map((one) => one - promptest));
  const complete = ticks.filter((tick) => tick.count >= clients);
  const spread = ascending(complete.map((tick) => (tick.last - tick.first) / 1e3));
  return {
    count: complete.length,
    missed: last.n - first.n + 1 - ticks.length,
    periodMs,
    spreadMs: { p50: quantile(spread, 0.5), p99: quantile(spread, 0.99) },
    latenessMs: {
      p50: quantile(lateness, 0.5),
      p99: quantile(lateness, 0.99),
      max: lateness.at(-1) ?? 0,
    },
    driftPpm: ticks.length < LEAST_TICKS_FOR_DRIFT ? NaN : (measuredMs / periodMs - 1) * 1e6,
  };
}

/**
 * Slope of arrival over number, µs a tick: the median over pairs half a run apart, which a few late
 * ticks don't move (after Theil and Sen).
 */
function slopeOf(ticks: readonly TickRecord[]): number {
  const half = Math.ceil(ticks.length / 2);
  const slopes = ticks.slice(half).map((later, i) => {
    const earlier = ticks[i] ?? later;
    return (later.first - earlier.first) / (later.n - earlier.n);
  });
  return quantile(ascending(slopes), 0.5);
}

/** How far the measured period may be off, ms: a late tick at one end bends a short run. */
function uncertainty(ticks: readonly TickRecord[], periodMs: number): number {
  const residuals = ascending(ticks.map((tick) => tick.first / 1e3 - tick.n * periodMs));
  const jitter = (residuals.at(-1) ?? 0) - (residuals[0] ?? 0);
  return Math.max(jitter, LEAST_JITTER * periodMs) / Math.ceil(ticks.length / 2);
}

/** The roundest period within `tolerance` of the measured one: people ask for 1 s, not for 997 ms. */
function roundPeriod(measuredMs: number, tolerance: number): number {
  for (const unit of ROUND_UNITS_MS) {
    const candidate = Math.round(measuredMs / unit) * unit;
    if (candidate > 0 && Math.abs(candidate - measuredMs) <= tolerance) return candidate;
  }
  return Math.max(1, Math.round(measuredMs));
}

function ascending(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
