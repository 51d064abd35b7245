import type { BenchPlan } from '../src/cli/bench/plan.js';
import type { BenchReport } from '../src/cli/bench/report.js';
import { tickchat, tickchatV1, tickchatV1Lmdb, type Contender } from './contenders.js';

/** A plan without the parts that depend on the server. */
export type LoadPlan = Omit<BenchPlan, 'target' | 'pid'>;

/** A figure of the reports of a load. */
export interface Metric {
  readonly name: string;
  /** Undefined if the reports don't have it. @param reports one for each plan of the load */
  of(reports: readonly BenchReport[]): number | undefined;
  readonly better: 'more' | 'less';
  format(value: number): string;
}

/** A load: plans that run one after the other against one server. */
export interface BenchLoad {
  readonly key: string;
  readonly title: string;
  readonly plans: readonly LoadPlan[];
  readonly metrics: readonly Metric[];
  /** The servers that take part. Default: all. */
  readonly contenders?: readonly Contender[];
  /** Whether the machine was too busy for the plan, so that the run is repeated. */
  disturbed?(report: BenchReport): boolean;
}

const BASE: LoadPlan = {
  clients: 100,
  senders: 0,
  load: { kind: 'rate', perSecond: 0 },
  size: 64,
  rooms: 1,
  windowMs: 5000,
  warmupMs: 1500,
  settleMs: 500,
  workers: 1,
  stalled: 0,
  readEvery: 1,
};

/**
 * The kernel buffers about 4 MB for a stopped reader. At 400 KB/s that takes the warm-up, and the
 * server's own queue fills during the measurement.
 */
const HEAVY: LoadPlan = {
  ...BASE,
  clients: 1000,
  senders: 25,
  load: { kind: 'rate', perSecond: 25 },
  size: 16_000,
  windowMs: 8000,
};
const HEAVY_STALLED: LoadPlan = { ...HEAVY, warmupMs: 10_500, stalled: 1 };

const thousands = (value: number) => `${Math.round(value / 1000).toLocaleString('en-US')} k`;

const perCpuSecond: Metric = {
  name: 'deliveries a CPU second',
  of: ([report]) => report?.server?.deliveriesPerCpuSecond,
  better: 'more',
  format: thousands,
};

const lateness: Metric = {
  name: 'tick lateness p99, ms',
  of: ([report]) => report?.ticks?.latenessMs.p99,
  better: 'less',
  format: (value) => value.toFixed(1),
};

const memoryPerClient: Metric = {
  name: 'memory a client, KB',
  of: ([report]) => report?.server && report.server.memory.perClient / 1024,
  better: 'less',
  format: (value) => value.toFixed(1),
};

const connectCpu: Metric = {
  name: 'connecting, ms of CPU a client',
  of: ([report]) => report?.server?.connectCpuMs,
  better: 'less',
  format: (value) => value.toFixed(3),
};

const tickCpu: Metric = {
  name: 'a tick, µs of CPU a client',
  of: ([report]) => report && cpuPerTick(report),
  better: 'less',
  format: (value) => value.toFixed(2),
};

const tickSpread: Metric = {
  name: 'tick spread over all, ms',
  of: ([report]) => report?.ticks?.spreadMs.p50,
  better: 'less',
  format: (value) => value.toFixed(1),
};

const stallCost: Metric = {
  name: "others' p99 latency, with over without",
  of(reports) {
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
  format: (value) => value.toFixed(2),
};

/** All loads. */
export const LOADS: readonly BenchLoad[] = [
  {
    key: 'chat',
    title: 'Chat: 32 clients, each sends one message and waits for all 32',
    plans: [{ ...BASE, clients: 32, senders: 32, load: { kind: 'closed' } }],
    metrics: [perCpuSecond],
  },
  {
    key: 'receipts',
    title: 'Receipts: the chat load in tickchat.v1',
    plans: [{ ...BASE, clients: 32, senders: 32, load: { kind: 'closed' } }],
    metrics: [perCpuSecond, lateness],
    contenders: [tickchat, tickchatV1, tickchatV1Lmdb],
  },
  {
    key: 'sparse',
    title: 'Sparse: 2,000 clients, 50 messages/s from 20 of them',
    plans: [{ ...BASE, clients: 2000, senders: 20, load: { kind: 'rate', perSecond: 50 } }],
    metrics: [perCpuSecond],
    disturbed: piledUp,
  },
  {
    key: 'rooms',
    title: 'Rooms: 100 rooms of 20 clients, 1,000 messages/s from 200 of them',
    plans: [
      { ...BASE, clients: 2000, senders: 200, rooms: 100, load: { kind: 'rate', perSecond: 1000 } },
    ],
    metrics: [perCpuSecond],
    disturbed: piledUp,
  },
  {
    key: 'idle',
    title: 'Idle: 10,000 clients, one tick a second',
    plans: [{ ...BASE, clients: 10_000, settleMs: 2500, windowMs: 8000 }],
    metrics: [memoryPerClient, connectCpu, tickCpu],
  },
  {
    key: 'spread',
    title: 'Tick spread: 10,000 clients, of which each 50th is watched',
    plans: [{ ...BASE, clients: 10_000, windowMs: 8000, readEvery: 50 }],
    metrics: [tickSpread],
  },
  {
    key: 'stalled',
    title: 'Stalled: 1,000 clients, 25 messages/s of 16,000 bytes, one of them not reading',
    plans: [HEAVY, HEAVY_STALLED, HEAVY, HEAVY_STALLED],
    metrics: [stallCost],
  },
];

/**
 * Whether messages of a room caught up with each other. A server that merges them then looks better
 * on a busy machine.
 */
function piledUp({ load, latencyMs }: BenchReport): boolean {
  if (load.load.kind === 'closed') return false;
  const gapMs = (1000 * load.rooms) / load.load.perSecond;
  return latencyMs.p99 > 2 * gapMs;
}

/** CPU time to deliver a tick to one client, µs, without messages. */
function cpuPerTick({ load, seconds, server }: BenchReport): number | undefined {
  if (server === undefined || seconds < 1) return undefined;
  return (server.cpuSeconds * 1e6) / (load.clients * Math.round(seconds));
}
