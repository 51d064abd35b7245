import type { BenchPlan } from '../src/cli/bench/plan.js';
import type { BenchReport } from '../src/cli/bench/report.js';
import type { Contender } from './contender.js';
import { bunPublish, bunPublishTls, nodeAlone, wsReadme, wsReadmeTls } from './contenders.js';
import * as metrics from './metrics.js';
import type { Metric } from './metrics.js';
import {
  everyTickOf10ms,
  sparseTicksOf100ms,
  sparseTicksOf10ms,
  tickchat,
  tickchatLmdb,
  tickchatTls,
  tickchatV1,
  tickchatV1Lmdb,
} from './own-contenders.js';

/** A plan without the parts that depend on the server. */
export type LoadPlan = Omit<BenchPlan, 'target' | 'pid'>;

/** A load: plans that run one after the other, each against a new process of one server. */
export interface BenchLoad {
  readonly key: string;
  readonly title: string;
  readonly plans: readonly LoadPlan[];
  readonly metrics: readonly Metric[];
  /** The servers that take part. Default: all that speak without TLS. */
  readonly contenders?: readonly Contender[];
  /** Base of the ratios. Default: the ws README server, or the first one without it. */
  readonly base?: Contender;
  /** Whether the machine was too busy for the plan, so that the run is repeated. */
  disturbed?(report: BenchReport): boolean;
  /** Whether memory is measured when the clients have left. The servers run in Node. */
  readonly departs?: true;
  /** Number of starts of the server to measure. */
  readonly starts?: number;
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

const CHAT: LoadPlan = { ...BASE, clients: 32, senders: 32, load: { kind: 'closed' } };
const SPARSE: LoadPlan = {
  ...BASE,
  clients: 2000,
  senders: 20,
  load: { kind: 'rate', perSecond: 50 },
};
/** The rate that the generator can take: it decrypts on the other one of two cores. */
const SPARSE_TLS: LoadPlan = { ...SPARSE, load: { kind: 'rate', perSecond: 20 } };
const IDLE: LoadPlan = { ...BASE, clients: 10_000, settleMs: 2500, windowMs: 8000 };

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

/**
 * 100 clients stay and send; the others leave at the start of the warm-up, which is long enough for
 * the server to close them.
 */
const STORM: LoadPlan = {
  ...BASE,
  clients: 10_100,
  senders: 20,
  load: { kind: 'rate', perSecond: 100 },
  warmupMs: 4000,
  windowMs: 30_000,
  workers: 2,
  storm: { clients: 10_000, withinMs: 1000, rooms: 100 },
};

/** All loads. */
export const LOADS: readonly BenchLoad[] = [
  {
    key: 'chat',
    title: 'Chat: 32 clients, each sends one message and waits for all 32',
    plans: [CHAT],
    metrics: [metrics.perCpuSecond],
  },
  {
    key: 'chat-tls',
    title: 'Chat over TLS: the chat load over wss',
    plans: [CHAT],
    metrics: [metrics.perCpuSecond],
    contenders: [tickchatTls, wsReadmeTls, bunPublishTls, tickchat],
    base: wsReadmeTls,
  },
  {
    key: 'receipts',
    title: 'Receipts: the chat load in tickchat.v1',
    plans: [CHAT],
    metrics: [metrics.perCpuSecond, metrics.lateness],
    contenders: [tickchat, tickchatV1, tickchatV1Lmdb],
  },
  {
    key: 'sparse',
    title: 'Sparse: 2,000 clients, 50 messages/s from 20 of them',
    plans: [SPARSE],
    metrics: [metrics.perCpuSecond],
    disturbed: piledUp,
  },
  {
    key: 'sparse-tls',
    title: 'Sparse over TLS: 2,000 clients, 20 messages/s from 20 of them, over wss',
    plans: [SPARSE_TLS],
    metrics: [metrics.perCpuSecond],
    contenders: [tickchatTls, wsReadmeTls, bunPublishTls, tickchat],
    base: wsReadmeTls,
    disturbed: piledUp,
  },
  {
    key: 'rooms',
    title: 'Rooms: 100 rooms of 20 clients, 1,000 messages/s from 200 of them',
    plans: [
      { ...BASE, clients: 2000, senders: 200, rooms: 100, load: { kind: 'rate', perSecond: 1000 } },
    ],
    metrics: [metrics.perCpuSecond],
    disturbed: piledUp,
  },
  {
    key: 'idle',
    title: 'Idle: 10,000 clients, one tick a second',
    plans: [IDLE],
    metrics: [metrics.memoryPerClient, metrics.connectCpu, metrics.tickCpu],
  },
  {
    key: 'idle-v1',
    title: 'Idle in tickchat.v1: 10,000 clients, one tick a second',
    plans: [IDLE],
    metrics: [metrics.memoryPerClient, metrics.connectCpu, metrics.tickCpu],
    contenders: [tickchatV1, tickchat],
  },
  {
    key: 'ticks-100ms',
    title: 'Sparse ticks: 10,000 clients of tickchat.v1, idle, ticks of 100 ms',
    plans: [IDLE],
    metrics: [metrics.coreShare],
    contenders: [sparseTicksOf100ms],
  },
  {
    key: 'ticks-10ms',
    title: 'Sparse ticks: 1,000 clients of tickchat.v1, idle, ticks of 10 ms',
    plans: [{ ...IDLE, clients: 1000 }],
    metrics: [metrics.coreShare],
    contenders: [sparseTicksOf10ms, everyTickOf10ms],
    base: everyTickOf10ms,
  },
  {
    key: 'spread',
    title: 'Tick spread: 10,000 clients, of which each 50th is watched',
    plans: [{ ...BASE, clients: 10_000, windowMs: 8000, readEvery: 50 }],
    metrics: [metrics.tickSpread],
  },
  {
    key: 'storm',
    title: 'Reconnect storm: 10,000 clients come back within a second, 100 others chat',
    plans: [STORM],
    metrics: [metrics.returnTime, metrics.returnCpu, metrics.latencyP99, metrics.latencyMax],
    contenders: [tickchatV1, tickchat, wsReadme, bunPublish],
  },
  {
    key: 'departed',
    title: 'Departed: memory when 10,000 clients came and went',
    plans: [{ ...BASE, clients: 10_000, windowMs: 2000 }],
    metrics: [metrics.residentAfter, metrics.reachableAfter],
    contenders: [tickchat, tickchatV1, wsReadme],
    departs: true,
  },
  {
    key: 'start',
    title: 'Start: from the spawn of the process until it listens',
    plans: [],
    metrics: [metrics.startTime, metrics.startMemory],
    contenders: [tickchat, tickchatLmdb, wsReadme, bunPublish, nodeAlone],
    base: nodeAlone,
    starts: 7,
  },
  {
    key: 'stalled',
    title: 'Stalled: 1,000 clients, 25 messages/s of 16,000 bytes, one of them not reading',
    plans: [HEAVY, HEAVY_STALLED, HEAVY, HEAVY_STALLED],
    metrics: [metrics.stallCost],
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
