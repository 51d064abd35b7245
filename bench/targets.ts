import {
  bunPublish,
  floor,
  tickchat,
  tickchatV1,
  tickchatV1Lmdb,
  wsReadme,
  type Contender,
} from './contenders.js';
import type { BenchLoad, Metric } from './loads.js';
import type { Results } from './results.js';

/** A target of tickchat: relative to another server, or absolute. */
interface Target {
  readonly load: string;
  /** Index of the load's metric. */
  readonly metric: number;
  readonly against?: Contender;
  /** Default: tickchat over the plain protocol. */
  readonly of?: Contender;
  readonly limit: number;
}

const TARGETS: readonly Target[] = [
  { load: 'chat', metric: 0, against: wsReadme, limit: 10 },
  { load: 'chat', metric: 0, against: bunPublish, limit: 1 },
  { load: 'receipts', metric: 0, of: tickchatV1, against: tickchat, limit: 0.6 },
  { load: 'receipts', metric: 0, of: tickchatV1Lmdb, against: tickchat, limit: 0.35 },
  { load: 'sparse', metric: 0, against: wsReadme, limit: 1.35 },
  { load: 'sparse', metric: 0, against: bunPublish, limit: 0.9 },
  { load: 'idle', metric: 0, limit: 6 },
  { load: 'idle', metric: 1, limit: 0.12 },
  { load: 'spread', metric: 0, against: floor, limit: 1.5 },
  { load: 'stalled', metric: 0, limit: 1.2 },
];

/** The targets of a load as rows of Markdown, with the results. */
export function targetLines(results: Results, load: BenchLoad): string[] {
  const targets = TARGETS.filter((target) => target.load === load.key);
  return targets.flatMap((target) => {
    const metric = load.metrics[target.metric];
    return metric === undefined ? [] : [targetLine(results, load, target, metric)];
  });
}

function targetLine(results: Results, load: BenchLoad, target: Target, metric: Metric): string {
  const value =
    target.against === undefined
      ? results.median(load, target.of ?? tickchat, metric)
      : results.ratio(load, target.of ?? tickchat, target.against, metric);
  const subject = target.of === undefined ? '' : `, ${target.of.name}`;
  return `| ${metric.name}${subject} | ${wanted(target, metric)} | ${shown(value)} | ${verdict(target, metric, value)} |`;
}

function wanted({ against, limit }: Target, metric: Metric): string {
  const sign = metric.better === 'less' ? '≤' : '≥';
  return `${sign} ${limit}${against === undefined ? '' : ` × ${against.name}`}`;
}

function verdict({ limit }: Target, metric: Metric, value: number | undefined): string {
  if (value === undefined) return 'not measured';
  const met = metric.better === 'less' ? value <= limit : value >= limit;
  return met ? 'met' : `missed by ${Math.round(Math.abs(value / limit - 1) * 100)} %`;
}

function shown(value: number | undefined): string {
  if (value === undefined) return '';
  return value < 1 ? value.toFixed(3) : value.toFixed(2);
}
