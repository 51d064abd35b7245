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

/** What tickchat has to reach: against another server, or on its own. */
interface Bar {
  readonly load: string;
  /** Which of the load's metrics. */
  readonly metric: number;
  readonly against?: Contender;
  /** tickchat as most use it if not given. */
  readonly of?: Contender;
  readonly limit: number;
}

const BARS: readonly Bar[] = [
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

/** Each bar of a load as a row of Markdown: where tickchat stands. */
export function barLines(results: Results, load: BenchLoad): string[] {
  const bars = BARS.filter((bar) => bar.load === load.key);
  return bars.flatMap((bar) => {
    const metric = load.metrics[bar.metric];
    return metric === undefined ? [] : [barLine(results, load, bar, metric)];
  });
}

function barLine(results: Results, load: BenchLoad, bar: Bar, metric: Metric): string {
  const value =
    bar.against === undefined
      ? results.median(load, bar.of ?? tickchat, metric)
      : results.ratio(load, bar.of ?? tickchat, bar.against, metric);
  const subject = bar.of === undefined ? '' : `, ${bar.of.name}`;
  return `| ${metric.name}${subject} | ${wanted(bar, metric)} | ${shown(value)} | ${verdict(bar, metric, value)} |`;
}

function wanted({ against, limit }: Bar, metric: Metric): string {
  const sign = metric.better === 'less' ? '≤' : '≥';
  return `${sign} ${limit}${against === undefined ? '' : ` × ${against.name}`}`;
}

function verdict({ limit }: Bar, metric: Metric, value: number | undefined): string {
  if (value === undefined) return 'not measured';
  const met = metric.better === 'less' ? value <= limit : value >= limit;
  return met ? 'met' : `missed by ${Math.round(Math.abs(value / limit - 1) * 100)} %`;
}

function shown(value: number | undefined): string {
  if (value === undefined) return '';
  return value < 1 ? value.toFixed(3) : value.toFixed(2);
}
