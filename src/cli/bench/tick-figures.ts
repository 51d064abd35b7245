import type { TickRecord } from './tick-watch.js';

/** Units of a period, roundest first. */
const ROUND_UNITS_MS = [1000, 500, 250, 100, 50, 25, 10, 5, 2, 1];
/** Minimum jitter of a tick, as a share of the period. */
const MIN_JITTER = 0.01;
/**
 * Fewest ticks for a drift. With fewer, jitter looks like drift: 0.1 ms in three ticks is 50 ppm.
 */
const MIN_TICKS_FOR_DRIFT = 30;

/** The server's clock as seen by the clients. Times in ms. */
export interface TickFigures {
  /** Ticks that reached every client. */
  readonly count: number;
  /** Ticks between the first and the last that no client received. */
  readonly missed: number;
  /** Length of a tick: the roundest number of ms that fits the measurement. */
  readonly periodMs: number;
  /** Time from the first to the last arrival of a tick, over all clients. */
  readonly spreadMs: { readonly p50: number; readonly p99: number };
  /** Time from a tick's position on the grid to its first arrival. */
  readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Difference of the measured period from `periodMs`, ppm. NaN (JSON: null) with few ticks. */
  readonly driftPpm: number;
}

/**
 * Figures of the ticks of a run, in order of their numbers; undefined with fewer than two. The grid
 * is `N × period`, through the earliest tick. Lateness is relative to that tick: a delay that all
 * ticks share can't be seen from outside.
 *
 * @param clients number of clients that a complete tick reaches
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
  const earliest = late.reduce((least, one) => Math.min(least, one), Infinity);
  const lateness = ascending(late.map((one) => one - earliest));
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
    driftPpm: ticks.length < MIN_TICKS_FOR_DRIFT ? NaN : (measuredMs / periodMs - 1) * 1e6,
  };
}

/**
 * Slope of arrival time over tick number, µs per tick: the median over pairs half a run apart
 * (Theil–Sen). A few late ticks don't change it.
 */
function slopeOf(ticks: readonly TickRecord[]): number {
  const half = Math.ceil(ticks.length / 2);
  const slopes = ticks.slice(half).map((later, i) => {
    const earlier = ticks[i] ?? later;
    return (later.first - earlier.first) / (later.n - earlier.n);
  });
  return quantile(ascending(slopes), 0.5);
}

/** Largest error of the measured period, ms: a late tick at one end bends a short run. */
function uncertainty(ticks: readonly TickRecord[], periodMs: number): number {
  const residuals = ascending(ticks.map((tick) => tick.first / 1e3 - tick.n * periodMs));
  const jitter = (residuals.at(-1) ?? 0) - (residuals[0] ?? 0);
  return Math.max(jitter, MIN_JITTER * periodMs) / Math.ceil(ticks.length / 2);
}

/** The roundest period within `tolerance` of the measured one: users choose 1 s, not 997 ms. */
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
