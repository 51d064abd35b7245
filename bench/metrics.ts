import type { BenchReport } from '../src/cli/bench/report.js';
import type { Outcome } from './outcome.js';

/** A figure of a load. */
export interface Metric {
  readonly name: string;
  /** Undefined if the outcome doesn't have it. */
  of(outcome: Outcome): number | undefined;
  readonly better: 'more' | 'less';
  format(value: number): string;
}

const MB = 1024 * 1024;
const thousands = (value: number) => `${Math.round(value / 1000).toLocaleString('en-US')} k`;
const fixed = (digits: number) => (value: number) => value.toFixed(digits);

/** A figure of the first report of which less is better. */
function less(
  name: string,
  digits: number,
  of: (report: BenchReport) => number | undefined,
): Metric {
  return {
    name,
    of: ({ reports: [report] }) => report && of(report),
    better: 'less',
    format: fixed(digits),
  };
}

export const perCpuSecond: Metric = {
  name: 'deliveries a CPU second',
  of: ({ reports: [report] }) => report?.server?.deliveriesPerCpuSecond,
  better: 'more',
  format: thousands,
};

export const lateness = less('tick lateness p99, ms', 1, (report) => report.ticks?.latenessMs.p99);

export const memoryPerClient = less(
  'memory a client, KB',
  1,
  ({ server }) => server && server.memory.perClient / 1024,
);

export const connectCpu = less(
  'connecting, ms of CPU a client',
  3,
  ({ server }) => server?.connectCpuMs,
);

/** CPU time to deliver a tick of a second to one client, without messages. */
export const tickCpu = less('a tick, µs of CPU a client', 2, ({ load, seconds, server }) => {
  if (server === undefined || seconds < 1) return undefined;
  return (server.cpuSeconds * 1e6) / (load.clients * Math.round(seconds));
});

/** CPU time of a server whose clients are idle: ticks, and what little else there is. */
export const coreShare = less(
  'share of a core',
  3,
  ({ server, seconds }) => server && server.cpuSeconds / seconds,
);

export const tickSpread = less(
  'tick spread over all, ms',
  1,
  (report) => report.ticks?.spreadMs.p50,
);

export const stallCost: Metric = {
  name: "others' p99 latency, with over without",
  of({ reports }) {
    // The best run of each kind counts: other load on the machine only adds latency.
    const quietest = (stalled: boolean) =>
      Math.min(
        ...reports
          .filter((_, i) => (i % 2 === 1) === stalled)
          .map(({ latencyMs }) => latencyMs.p99),
      );
    return quietest(true) / quietest(false);
  },
  better: 'less',
  format: fixed(2),
};

/** Undefined if a client did not come back. */
export const returnTime = less('time until all are back, s', 2, ({ storm, seconds }) =>
  storm !== undefined && storm.returned === storm.clients ? seconds : undefined,
);

/** All CPU time of the storm; it includes the little that the clients that stayed need. */
export const returnCpu = less('coming back, ms of CPU a client', 3, ({ storm, server }) => {
  if (storm === undefined || server === undefined || storm.returned === 0) return undefined;
  return (server.cpuSeconds * 1e3) / storm.returned;
});

export const latencyP99 = less("others' p99 latency, ms", 1, ({ latencyMs }) => latencyMs.p99);
export const latencyMax = less("others' worst latency, ms", 1, ({ latencyMs }) => latencyMs.max);

export const residentAfter: Metric = {
  name: 'resident memory, MB above the start',
  of: ({ departed }) => departed && departed.resident / MB,
  better: 'less',
  format: fixed(1),
};

export const reachableAfter: Metric = {
  name: 'reachable memory, MB above the start',
  of: ({ departed }) => departed && departed.reachable / MB,
  better: 'less',
  format: fixed(2),
};

export const startTime: Metric = {
  name: 'start until it listens, ms',
  of: ({ starts }) => starts?.listeningMs,
  better: 'less',
  format: fixed(0),
};

export const startMemory: Metric = {
  name: 'resident memory then, MB',
  of: ({ starts }) => starts && starts.residentBytes / MB,
  better: 'less',
  format: fixed(1),
};
