import { distribution } from '../../src/cli/bench/clock/firing.js';
import {
  jittery,
  simulate,
  spiky,
  type Path,
  type Reading,
  type Scenario,
} from '../../test/support/clock-simulation.js';
import { seededRandom } from '../../test/support/seeded-random.js';

/** A time from the join on whose errors are counted, s. */
interface Span {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
}

/** Bytes of a probe and its answer, with the headers of TCP and IP. */
const EXCHANGE_BYTES = 200;
const MINUTE_S = 60;
const DURATION_S = 15 * MINUTE_S;
const SPANS: readonly Span[] = [
  { name: '6–45 s', fromS: 6, toS: 45 },
  { name: '15–60 s', fromS: 15, toS: MINUTE_S },
  { name: 'after 5 min', fromS: 5 * MINUTE_S, toS: DURATION_S },
];

const even = jittery(50, 20);
/** 10 ms longer there than back: no clock can know, and is off by half. */
const uneven: Path = { ...even, up: (random) => even.up(random) + 10 };
/** A delay with no sharp lower limit: the sum of four evenly distributed ones. */
const soft = (random: () => number): number =>
  50 + 10 * Math.sqrt(3) * (random() + random() + random() + random() - 2);

const SCENARIOS: ReadonlyArray<readonly [string, Omit<Scenario, 'random' | 'durationMs'>]> = [
  ['50 ± 20 ms', { path: even }],
  ['50 ± 20 ms, 20 ppm', { path: even, driftPpm: 20 }],
  ['50 ± 20 ms, spikes', { path: spiky(50, 20) }],
  ['50 ± 20 ms, one way + 10', { path: uneven }],
  ['50 ± 20 ms, clock of 1 ms', { path: even, precisionMs: 1, driftPpm: 20 }],
  ['about 50 ms, bell curve', { path: { up: soft, down: soft }, driftPpm: -20 }],
  ['20 ± 5 ms, 100 ppm', { path: jittery(20, 5), driftPpm: 100 }],
  ['20 ± 20 ms, −100 ppm', { path: jittery(20, 20), driftPpm: -100 }],
  ['loopback', { path: jittery(0.1, 0.05) }],
];

/**
 * `node dist/bench/clock/simulate.js [CLIENTS] [FRAMES]`: prints the errors of simulated clients,
 * in fake time, with the same random numbers in each run. FRAMES is the time between tick frames,
 * ms.
 */
const [clients = 200, framesEveryMs = Infinity] = process.argv.slice(2).map(Number);
const columns = [...SPANS.map(({ name }) => name), 'over the bound', 'bytes/s', 'later'];
console.log(`| path | ${columns.join(' | ')} |`);
console.log(`|---|${'---:|'.repeat(columns.length)}`);
for (const [name, scenario] of SCENARIOS) console.log(`| ${name} | ${row(scenario).join(' | ')} |`);

function row(scenario: Omit<Scenario, 'random' | 'durationMs'>): string[] {
  const errors = SPANS.map((): number[] => []);
  let excess = -Infinity;
  let [early, late] = [0, 0];
  for (let client = 0; client < clients; client += 1) {
    const random = seededRandom(client);
    const readings = simulate({
      ...scenario,
      framesEveryMs,
      random,
      durationMs: DURATION_S * 1000,
    });
    const synced = readings.filter((reading) => reading.synced);
    for (const { at, error, bound } of synced) {
      excess = Math.max(excess, Math.abs(error) - bound);
      for (const [index, { fromS, toS }] of SPANS.entries()) {
        if (at >= fromS * 1000 && at < toS * 1000) errors[index]?.push(Math.abs(error));
      }
    }
    early += probesAt(readings, MINUTE_S);
    late += probesAt(readings, DURATION_S) - probesAt(readings, MINUTE_S);
  }
  return [
    ...errors.map(quantiles),
    excess.toFixed(2),
    bytesPerSecond(early, MINUTE_S),
    bytesPerSecond(late, DURATION_S - MINUTE_S),
  ];
}

function probesAt(readings: readonly Reading[], seconds: number): number {
  return readings[Math.min(readings.length, 10 * seconds) - 1]?.probes ?? NaN;
}

function quantiles(errors: readonly number[]): string {
  const { p50, p95, p99 } = distribution(errors);
  return [p50, p95, p99].map((ms) => ms.toFixed(2)).join(' / ');
}

function bytesPerSecond(probes: number, seconds: number): string {
  return ((probes * EXCHANGE_BYTES) / clients / seconds).toFixed(0);
}
