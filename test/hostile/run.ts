import { parseArgs } from 'node:util';
import { startDaemon } from '../support/daemon.js';
import { PlainClient } from '../support/plain-client.js';
import { quantile } from '../support/quantile.js';
import { SEED } from '../support/seeded-random.js';
import { until } from '../support/until.js';
import { answerTo } from './case.js';
import { CORPUS } from './corpus.js';
import { askAndAbort, crowd, untilLetIn } from './descriptors.js';
import { Flood, FLOODS, serviceOf, type Service } from './flood.js';
import { fuzz } from './fuzz.js';
import { halfOpen } from './half-open.js';
import { surviveFor } from './hostile-server.js';
import { MOST_GROWN_BYTES, ObservedDaemon } from './observed-daemon.js';

/**
 * Runs at full size what the tests in this directory do in small. Prints the results; exit status 1
 * if one is bad.
 */
const MEGABYTE = 1024 * 1024;
const FLOOD_MS = 2000;
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const stayAlive = setInterval(() => {}, 60_000); // the servers don't keep this process alive

function report(what: string, figures: string, good: boolean): void {
  console.log(`${good ? 'ok  ' : 'OFF '} ${what}: ${figures}`);
  if (!good) process.exitCode = 1;
}

const server = await ObservedDaemon.start();
const wrong: string[] = [];
const all = CORPUS.map(async (attack) => {
  const answer = await answerTo(server.port, attack);
  if (answer !== attack.expected) wrong.push(`${attack.name}: ${answer}, not ${attack.expected}`);
});
await Promise.all(all);
report('corpus', [`${CORPUS.length} cases`, ...wrong].join('\n     '), wrong.length === 0);

const connections = await fuzz(server.port, CORPUS, SEED, Number(values.seconds));
report(`fuzz, SEED=${SEED}`, `${connections} connections in ${values.seconds} s`, connections > 0);

const half = await halfOpen(server.port, 2000);
report(
  '2,000 half requests',
  `gone in ${(half.goneMs / 1000).toFixed(1)} s`,
  half.goneMs <= 10_000,
);
report(
  'a good handshake meanwhile',
  `p99 ${half.p99Ms.toFixed(1)} ms of ${half.handshakes}`,
  half.p99Ms <= 200,
);

await floods();

const { runs, failure = '' } = surviveFor(Number(values.seconds) * 1000);
report('clients of hostile servers', `${runs} in ${values.seconds} s ${failure}`, failure === '');

await untilLetIn(server.port);
const before = server.descriptors;
await askAndAbort(server.port, 10_000);
const back = await until('back', () => server.descriptors <= before).then(
  () => true,
  () => false,
);
report('10,000 pages aborted', `${before} descriptors before, ${server.descriptors} after`, back);

const { exit, missedTicks, skippedTicks, machineHeldUpMs, grownBytes } = await server.finish();
report('exit status', String(exit), exit === 0);
report(
  'ticks',
  `${missedTicks} missed, ${skippedTicks} skipped; the machine stood still for ${machineHeldUpMs.toFixed(0)} ms at most`,
  Math.max(missedTicks, skippedTicks) <= Math.floor(machineHeldUpMs / 500),
);
const grown = grownBytes / MEGABYTE;
report('memory', `${grown.toFixed(1)} MB more than at the start`, grownBytes <= MOST_GROWN_BYTES);

const poor = await ObservedDaemon.start(['prlimit', '--nofile=256:256']);
const letGo = await crowd(poor.port, 600);
const shutOut = await PlainClient.connect(poor.port).then(
  () => false,
  () => true,
);
await letGo();
await untilLetIn(poor.port);
const after = await poor.finish();
report(
  '256 descriptors, 600 connections',
  `${shutOut ? 'nobody gets in' : 'somebody got in'}; in again after; exit status ${after.exit}`,
  shutOut && after.exit === 0,
);
clearInterval(stayAlive);

/** Others must hear most ticks of 100 ms, whatever 20 connections send as fast as they can. */
async function floods(): Promise<void> {
  const tickMs = 100;
  const daemon = await startDaemon(['--tick', `${tickMs}ms`]);
  const calm = await serviceOf(daemon.port, tickMs, FLOOD_MS);
  report('nobody floods', figuresOf(calm), true);
  for (const kind of FLOODS) {
    const flood = new Flood(daemon.port, kind);
    const service = await serviceOf(daemon.port, tickMs, FLOOD_MS);
    const { sent } = await flood.figures();
    await flood.stop();
    const figures = `${figuresOf(service)}; ${(sent / MEGABYTE).toFixed(0)} MB sent`;
    report(kind.name, figures, service.missedTicks <= service.ticks / 4);
  }
  await daemon.kill();
}

function figuresOf(service: Service): string {
  const { ticks, latestTickMs, roundTripsMs } = service;
  return (
    `${service.missedTicks} of ${ticks + service.missedTicks} ticks missed, the latest by ` +
    `${latestTickMs.toFixed(1)} ms; messages p99 ${quantile(roundTripsMs, 0.99).toFixed(1)} ms`
  );
}
