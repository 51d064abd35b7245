import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { startDaemon } from '../../test/support/daemon.js';
import { distribution } from '../../src/cli/bench/clock/firing.js';
import { fromRoot } from '../paths.js';
import type { Readings, Sample } from './beside-clients.js';
import { relay } from './slow-link.js';

/** A path of the trial: arguments of relay.js. */
const PATHS = [
  { name: '50 ± 20 ms each way', relay: [50, 20] },
  {
    name: '50 ± 20 ms with spikes: 2 % of the packets take 200 to 600 ms more',
    relay: [50, 20, 0.02],
  },
  { name: '10 ms longer to the server, half of which no clock can know', relay: [50, 20, 0, 10] },
] as const;

const CLIENTS = 20;
/** Times from the join on whose errors are in the table, s. */
const SPANS = [
  { name: '6–45 s', fromS: 6, toS: 45 },
  { name: 'from 15 s on', fromS: 15, toS: Infinity },
  { name: 'after 5 min', fromS: 300, toS: Infinity },
];
const MINUTE_S = 60;
/** Length of a trial that shows what the clock costs later, s. */
const LONG_S = 120;
const [SHARES, LARGEST_RATIO] = [['p95', 'p99'] as const, 0.5];

/** A path, what each contender did on it, and whether tickchat met its target. */
export interface Beside {
  readonly path: string;
  /** A Markdown table. */
  readonly table: string;
  /** tickchat's p95 and p99 from 15 s on, as parts of the better library's. */
  readonly ratios: readonly number[];
  readonly met: boolean;
}

/**
 * Runs clients of tickchat, `timesync` and `@ircam/sync` beside one another for `seconds`, on all
 * paths at the same time.
 */
export async function besideLibraries(seconds: number): Promise<Beside[]> {
  const daemon = await startDaemon(['--tick', '1s', '--max-clients-per-ip', '0']);
  const libraries = spawn(process.execPath, [fromRoot('dist/bench/clock/library-server.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = (): boolean => libraries.kill();
  process.once('exit', end);
  try {
    const [line] = (await once(libraries.stdout, 'data')) as [Buffer];
    return await Promise.all(
      PATHS.map(async ({ name, relay: [mean, jitter, ...more] }) => {
        const [ours, theirs] = await Promise.all([
          relay(daemon.port, mean, jitter, ...more),
          relay(Number(line), mean, jitter, ...more),
        ]);
        const direct = `ws://127.0.0.1:${daemon.port}/ws`;
        const readings = await run([ours.url, theirs.url.replace('http', 'ws'), direct], seconds);
        for (const link of [ours, theirs]) link.remove();
        return { path: name, ...judged(readings, seconds) };
      }),
    );
  } finally {
    end();
    await daemon.kill();
  }
}

async function run(urls: readonly string[], seconds: number): Promise<Readings[]> {
  const args = [...urls, String(CLIENTS), String(seconds)];
  const script = fromRoot('dist/bench/clock/beside-clients.js');
  const options = { maxBuffer: 2 ** 30 };
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], options);
  return JSON.parse(stdout) as Readings[];
}

function judged(readings: readonly Readings[], seconds: number): Omit<Beside, 'path'> {
  const spans = SPANS.filter(({ fromS }) => fromS < seconds);
  const columns = [...spans.map(({ name }) => name), 'over the bound', 'bytes/s', 'later'];
  const rows = readings.map((one) => [
    one.contender,
    ...spans.map((span) => quantiles(one.samples, span)),
    excess(one.samples),
    (one.firstBytes / Math.min(seconds, MINUTE_S)).toFixed(0),
    seconds > LONG_S ? ((one.bytes - one.firstBytes) / (seconds - MINUTE_S)).toFixed(0) : '',
  ]);
  const table = [
    `| | ${columns.join(' | ')} |`,
    `|---|${'---:|'.repeat(columns.length)}`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
  const [ours, ...theirs] = readings.map(({ samples }) => distribution(within(samples, SPANS[1])));
  const ratios = SHARES.map(
    (share) => (ours?.[share] ?? NaN) / Math.min(...theirs.map((of) => of[share])),
  );
  return { table, ratios, met: ratios.every((ratio) => ratio <= LARGEST_RATIO) };
}

function within(samples: readonly Sample[], { fromS = 0, toS = Infinity } = {}): number[] {
  return samples
    .filter(({ at }) => at >= 1000 * fromS && at < 1000 * toS)
    .map(({ error }) => Math.abs(error));
}

function quantiles(samples: readonly Sample[], span: (typeof SPANS)[number]): string {
  const { p50, p95, p99 } = distribution(within(samples, span));
  return [p50, p95, p99].map((ms) => ms.toFixed(2)).join(' / ');
}

/** Greatest excess of an error over its bound, ms. */
function excess(samples: readonly Sample[]): string {
  const over = samples.map(({ error, bound }) => Math.abs(error) - (bound ?? Infinity));
  const most = over.reduce((a, b) => Math.max(a, b), -Infinity);
  return Number.isFinite(most) ? most.toFixed(1) : 'no bound';
}
