import type { BenchReport, ServerFigures } from './report.js';
import { inMs as ms, table, type Row } from './table.js';
import type { TickFigures } from './tick-figures.js';

/** The report as a table of at most 80 columns. */
export function reportTable(report: BenchReport): string {
  const rows: Row[] = [
    ...loadRows(report),
    ...tickRows(report.ticks),
    ...faultRows(report),
    ...serverRows(report.server),
    ['generator busy', percent(report.generatorBusy), busyNote(report.generatorBusy)],
  ];
  return table(rows);
}

function loadRows(report: BenchReport): Row[] {
  const { clients, senders, rooms, size, load } = report.load;
  const { latencyMs, seconds } = report;
  const how = load.kind === 'closed' ? 'closed loop' : `${whole(load.perSecond)} messages/s`;
  const rows: Row[] = [
    ['clients', whole(clients), `in ${whole(rooms)} ${rooms === 1 ? 'room' : 'rooms'}`],
    ['senders', whole(senders), `${how}, ${whole(size)} bytes each`],
    ['measured', `${seconds.toFixed(1)} s`, report.interrupted ? 'ended early' : ''],
    ['sent', whole(report.sent), `${whole(report.sent / (seconds || 1))} messages/s`],
    ['delivered', whole(report.delivered), `${whole(report.deliveriesPerSecond)} deliveries/s`],
  ];
  if (report.delivered === 0) return rows;
  return [
    ...rows,
    ['latency p50', ms(latencyMs.p50), 'from sender to receiver'],
    ['latency p99', ms(latencyMs.p99), ''],
    ['latency p99.9', ms(latencyMs.p999), ''],
    ['latency max', ms(latencyMs.max), ''],
  ];
}

function tickRows(ticks: TickFigures | undefined): Row[] {
  if (ticks === undefined) return [['ticks', 'none', 'or fewer than two in the window']];
  const { spreadMs, latenessMs, driftPpm } = ticks;
  const rows: Row[] = [
    ['ticks', whole(ticks.count), `of ${whole(ticks.periodMs)} ms; ${whole(ticks.missed)} missed`],
    ['tick spread', ms(spreadMs.p50), `p99 ${ms(spreadMs.p99)}; first to last client`],
    ['tick lateness', ms(latenessMs.p50), `p99 ${ms(latenessMs.p99)}, max ${ms(latenessMs.max)}`],
  ];
  if (Number.isNaN(driftPpm)) return rows;
  return [...rows, ['tick drift', `${driftPpm.toFixed(2)} ppm`, 'against the period']];
}

function faultRows(report: BenchReport): Row[] {
  const rows: Row[] = [
    ['lost', whole(report.lost), ''],
    ['out of order', whole(report.outOfOrder), ''],
    ['duplicated', whole(report.duplicated), ''],
    ['closed', whole(report.closed), 'connections'],
  ];
  if (report.pending === 0) return rows;
  return [...rows, ['pending', whole(report.pending), "delayed by the server's --rate"]];
}

function serverRows(server: ServerFigures | undefined): Row[] {
  if (server === undefined) return [];
  const { memory, deliveriesPerCpuSecond: perCpu } = server;
  const perSecond = perCpu === undefined ? '' : `${whole(perCpu)} deliveries a CPU second`;
  const rows: Row[] = [
    ['server CPU', `${server.cpuSeconds.toFixed(2)} s`, perSecond],
    ['server connect', ms(server.connectCpuMs), 'of CPU a client'],
    [
      'server memory',
      mb(memory.connected),
      `${mb(memory.before)} before, ${mb(memory.end)} at the end`,
    ],
  ];
  if (memory.perClient < 0) return rows; // more memory was freed than the clients used
  return [...rows, ['memory a client', `${(memory.perClient / 1024).toFixed(1)} KB`, 'connected']];
}

function busyNote(share: number): string {
  return share > 0.9 ? 'too busy to measure well: reduce the load' : '';
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function mb(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
