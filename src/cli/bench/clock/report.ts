import { inMs, table, type Row } from '../table.js';
import type { Distribution } from './firing.js';

/** Results of a measurement of the clock. All times in ms. */
export interface ClockReport {
  readonly clients: number;
  readonly seconds: number;
  readonly periodMs: number;
  /** Largest error of the reference clock: half of the fastest round trip. */
  readonly truthWithin: number;
  /** Difference between a client's clock and the server's. */
  readonly clockError: Distribution;
  /** The clients' own bound of that error. */
  readonly bound: Distribution;
  /** Number of firings whose error was above the bound. */
  readonly beyondBound: number;
  /** Time between the true start of a tick and its firing; early counts as late. */
  readonly lateness: Distribution;
  /** Time from the first client that fired a tick to each of the others. */
  readonly spread: Distribution;
  readonly firings: number;
  /** Number of firings that did not follow the previous tick. */
  readonly outOfTurn: number;
}

/** The report as a table of at most 80 columns. */
export function clockTable(report: ClockReport): string {
  const rows: Row[] = [
    ['clients', String(report.clients), 'of tickchat.v1, each with a clock of its own'],
    ['measured', `${report.seconds.toFixed(1)} s`, `ticks of ${report.periodMs} ms`],
    ['true offset', `± ${inMs(report.truthWithin)}`, 'half the fastest round trip'],
    row('clock error', report.clockError),
    row('its bound', report.bound),
    ['beyond the bound', String(report.beyondBound), `of ${report.firings} firings`],
    row('tick lateness', report.lateness),
    row('tick spread', report.spread),
    ['out of turn', String(report.outOfTurn), ''],
  ];
  return table(rows);
}

function row(name: string, { p50, p95, p99, max }: Distribution): Row {
  return [name, inMs(p50), `p95 ${inMs(p95)}, p99 ${inMs(p99)}, max ${inMs(max)}`];
}
