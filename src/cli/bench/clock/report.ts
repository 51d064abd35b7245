import { inMs, table, type Row } from '../table.js';
import type { Distribution } from './firing.js';

/** What a measurement of the clock found. All in ms. */
export interface ClockReport {
  readonly clients: number;
  readonly seconds: number;
  readonly periodMs: number;
  /** How well the true offset is known: half of the fastest round trip of bare probes. */
  readonly truthWithin: number;
  /** How far the clients' clocks were from the server's. */
  readonly clockError: Distribution;
  /** What the clients said that could be at most; and how often it was more than that. */
  readonly bound: Distribution;
  readonly beyondBound: number;
  /** From the true beginning of a tick to a client's firing it; early is late too. */
  readonly lateness: Distribution;
  /** From the first client that fired a tick to each of the others. */
  readonly spread: Distribution;
  readonly firings: number;
  /** Firings that were not of the number after the one before. */
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
