import type { Contender } from './contender.js';
import { bunPublish, bunPublishTls, floor, wsReadme } from './contenders.js';
import type { BenchLoad } from './loads.js';
import * as metrics from './metrics.js';
import type { Metric } from './metrics.js';
import {
  sparseTicksOf100ms,
  sparseTicksOf10ms,
  tickchat,
  tickchatTls,
  tickchatV1,
  tickchatV1Lmdb,
} from './own-contenders.js';
import type { Results } from './results.js';

/** A target of tickchat: relative to another server, or absolute. */
interface Target {
  /** Key of the load. */
  readonly load: string;
  readonly metric: Metric;
  readonly against?: Contender;
  /** Default: tickchat over the plain protocol. */
  readonly of?: Contender;
  readonly limit: number;
}

const { perCpuSecond, memoryPerClient, coreShare } = metrics;

const TARGETS: readonly Target[] = [
  { load: 'chat', metric: perCpuSecond, against: wsReadme, limit: 12 },
  { load: 'chat', metric: perCpuSecond, against: bunPublish, limit: 1 },
  { load: 'chat', metric: perCpuSecond, against: floor, limit: 0.8 },
  {
    load: 'chat-tls',
    metric: perCpuSecond,
    of: tickchatTls,
    against: bunPublishTls,
    limit: 0.9,
  },
  { load: 'receipts', metric: perCpuSecond, of: tickchatV1, against: tickchat, limit: 0.7 },
  { load: 'receipts', metric: perCpuSecond, of: tickchatV1Lmdb, against: tickchat, limit: 0.35 },
  { load: 'sparse', metric: perCpuSecond, against: wsReadme, limit: 1.35 },
  { load: 'sparse', metric: perCpuSecond, against: bunPublish, limit: 0.8 },
  { load: 'rooms', metric: perCpuSecond, against: bunPublish, limit: 0.8 },
  { load: 'idle', metric: memoryPerClient, limit: 4.5 },
  { load: 'idle', metric: metrics.connectCpu, limit: 0.06 },
  { load: 'idle-v1', metric: memoryPerClient, of: tickchatV1, limit: 7 },
  { load: 'ticks-100ms', metric: coreShare, of: sparseTicksOf100ms, limit: 0.05 },
  { load: 'ticks-10ms', metric: coreShare, of: sparseTicksOf10ms, limit: 0.05 },
  { load: 'spread', metric: metrics.tickSpread, against: floor, limit: 1.5 },
  { load: 'departed', metric: metrics.residentAfter, limit: 5 },
  { load: 'departed', metric: metrics.residentAfter, of: tickchatV1, limit: 5 },
  { load: 'start', metric: metrics.startTime, limit: 200 },
  { load: 'start', metric: metrics.startMemory, limit: 60 },
  { load: 'stalled', metric: metrics.stallCost, limit: 1.2 },
];

/** The targets of a load as rows of Markdown, with the results. */
export function targetLines(results: Results, load: BenchLoad): string[] {
  const targets = TARGETS.filter((target) => target.load === load.key);
  return targets.map((target) => targetLine(results, load, target));
}

function targetLine(results: Results, load: BenchLoad, target: Target): string {
  const { metric } = target;
  const value =
    target.against === undefined
      ? results.median(load, target.of ?? tickchat, metric)
      : results.ratio(load, target.of ?? tickchat, target.against, metric);
  const subject = target.of === undefined ? '' : `, ${target.of.name}`;
  return `| ${metric.name}${subject} | ${wanted(target)} | ${shown(value)} | ${verdict(target, value)} |`;
}

function wanted({ against, limit, metric }: Target): string {
  const sign = metric.better === 'less' ? '≤' : '≥';
  return `${sign} ${limit}${against === undefined ? '' : ` × ${against.name}`}`;
}

function verdict({ limit, metric }: Target, value: number | undefined): string {
  if (value === undefined) return 'not measured';
  const met = metric.better === 'less' ? value <= limit : value >= limit;
  return met ? 'met' : `missed by ${Math.round(Math.abs(value / limit - 1) * 100)} %`;
}

function shown(value: number | undefined): string {
  if (value === undefined) return '';
  return value < 1 ? value.toFixed(3) : value.toFixed(2);
}
