import { Histogram } from './histogram.js';
import type { BenchPlan } from './plan.js';
import type { ProcessStats } from './process-stats.js';
import type { BenchReport, Quantiles, ServerFigures } from './report.js';
import type { Snapshot } from './snapshot.js';
import { tickFigures } from './tick-figures.js';
import { mergeTicks } from './tick-watch.js';
import type { WorkerResult } from './worker-messages.js';

/** Input of a report. */
export interface RunFacts {
  readonly plan: BenchPlan;
  /** Before the first connection. */
  readonly before: Snapshot;
  /** All clients connected, nothing sent. */
  readonly connected: Snapshot;
  /** Start of the measured window. */
  readonly start: Snapshot;
  /** End of the measured window. */
  readonly end: Snapshot;
  /** After the last message had arrived. */
  readonly after: Snapshot;
  readonly results: readonly WorkerResult[];
  readonly interrupted: boolean;
}

/** Builds the report of a run. */
export function buildReport(facts: RunFacts): BenchReport {
  const { plan, start, end, after, results, interrupted } = facts;
  const seconds = (end.at - start.at) / 1e6;
  const delivered = end.delivered - start.delivered;
  const sum = (of: (result: WorkerResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const inWindow = mergeTicks(results.map((result) => result.ticks)).filter(
    (tick) => tick.first >= start.at && tick.last <= end.at,
  );
  const { clients, senders, rooms, size, load } = plan;
  return {
    load: { clients, senders, rooms, size, load },
    seconds,
    interrupted,
    sent: end.sent - start.sent,
    delivered,
    deliveriesPerSecond: seconds > 0 ? delivered / seconds : 0,
    latencyMs: latencyOf(results),
    ticks: tickFigures(
      inWindow,
      sum((result) => result.counting),
    ),
    lost: sum((result) => result.lost),
    outOfOrder: sum((result) => result.outOfOrder),
    duplicated: sum((result) => result.duplicated),
    pending: sum((result) => result.pending),
    closed: after.closed,
    generatorBusy: Math.max(0, ...results.map((result) => result.busy)),
    server: serverFigures(facts, delivered),
    storm: plan.storm && { clients: plan.storm.clients, returned: end.returned },
  };
}

function latencyOf(results: readonly WorkerResult[]): Quantiles {
  const latency = Histogram.create();
  for (const result of results) latency.add(Histogram.fromRecord(result.latency));
  return {
    p50: latency.quantile(0.5) / 1e3,
    p99: latency.quantile(0.99) / 1e3,
    p999: latency.quantile(0.999) / 1e3,
    max: latency.max / 1e3,
  };
}

function serverFigures(facts: RunFacts, delivered: number): ServerFigures | undefined {
  const { before, connected, start, end } = facts;
  const { clients } = facts.plan;
  const stats = [before, connected, start, end].map((snapshot) => snapshot.process);
  if (!stats.every((one): one is ProcessStats => one !== undefined)) return undefined;
  const [atFirst, whenConnected, atStart, atEnd] = stats;
  if (!atFirst || !whenConnected || !atStart || !atEnd) return undefined;
  const cpuSeconds = atEnd.cpuSeconds - atStart.cpuSeconds;
  return {
    cpuSeconds,
    deliveriesPerCpuSecond: cpuSeconds > 0 ? delivered / cpuSeconds : undefined,
    connectCpuMs: ((whenConnected.cpuSeconds - atFirst.cpuSeconds) * 1e3) / clients,
    memory: {
      before: atFirst.residentBytes,
      connected: whenConnected.residentBytes,
      end: atEnd.residentBytes,
      perClient: (whenConnected.residentBytes - atFirst.residentBytes) / clients,
    },
  };
}
