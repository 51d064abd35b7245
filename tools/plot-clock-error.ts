import { writeFile } from 'node:fs/promises';
import { jittery, simulate } from '../test/support/clock-simulation.js';
import { quantile } from '../test/support/quantile.js';
import { seededRandom } from '../test/support/seeded-random.js';

/**
 * `npm run docs:clock`: draws docs/clock-error.svg, the error of simulated clients against jitter.
 */

/** Mean delay each way, ms; also the largest jitter. */
const MEAN_MS = 50;
const JITTERS_MS = [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50];
/** Clients of each point, and how long each runs; a clock that drifts by 20 ppm. */
const CLIENTS = 40;
const DURATION_MS = 600_000;
const DRIFT_PPM = 20;

const LINES = [
  { share: 0.5, name: 'half of the time', dash: '' },
  { share: 0.95, name: '95 % of the time', dash: '6 3' },
  { share: 0.99, name: '99 % of the time', dash: '2 3' },
];

const [WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM] = [640, 320, 56, 16, 140, 48];
const LARGEST_MS = 25;

const errors = JITTERS_MS.map((jitterMs) =>
  Array.from({ length: CLIENTS }, (_, seed) =>
    simulate({
      random: seededRandom(seed),
      path: jittery(MEAN_MS, jitterMs),
      durationMs: DURATION_MS,
      driftPpm: DRIFT_PPM,
    })
      .filter(({ synced }) => synced)
      .map(({ error }) => Math.abs(error)),
  ).flat(),
);

await writeFile('docs/clock-error.svg', svg());

function svg(): string {
  const ground = `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<title>Error of the clock against jitter, simulated</title>
${[ground, ...grid(), ...LINES.map(line)].join('\n')}
</svg>
`;
}

function grid(): string[] {
  const rows = [0, 5, 10, 15, 20, 25].map(
    (ms) =>
      `<path d="M${LEFT} ${y(ms)}H${WIDTH - RIGHT}" stroke="#ddd"/><text x="${LEFT - 8}" y="${y(ms) + 4}" text-anchor="end">${ms}</text>`,
  );
  const columns = JITTERS_MS.filter((ms) => ms % 10 === 0).map(
    (ms) => `<text x="${x(ms)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${ms}</text>`,
  );
  return [
    ...rows,
    ...columns,
    `<text x="${x(25)}" y="${HEIGHT - 8}" text-anchor="middle">jitter each way, ± ms around ${MEAN_MS} ms</text>`,
    `<text transform="translate(16 ${y(12.5)}) rotate(-90)" text-anchor="middle">error of the clock, ms</text>`,
  ];
}

function line({ share, name, dash }: (typeof LINES)[number]): string {
  const points = errors.map((of, index) => [JITTERS_MS[index] ?? 0, quantile(of, share)] as const);
  const path = points.map(([jitter, error]) => `${x(jitter)},${y(error)}`).join(' ');
  const last = points.at(-1)?.[1] ?? 0;
  return (
    `<polyline points="${path}" fill="none" stroke="#c8102e" stroke-width="2" stroke-dasharray="${dash}"/>` +
    `<text x="${WIDTH - RIGHT + 8}" y="${y(last) + 4}">${name}</text>`
  );
}

function x(jitterMs: number): number {
  return round(LEFT + (jitterMs / MEAN_MS) * (WIDTH - LEFT - RIGHT));
}

function y(errorMs: number): number {
  return round(HEIGHT - BOTTOM - (errorMs / LARGEST_MS) * (HEIGHT - TOP - BOTTOM));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
