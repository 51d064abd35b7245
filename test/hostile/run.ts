import { parseArgs } from 'node:util';
import { PlainClient } from '../support/plain-client.js';
import { SEED } from '../support/seeded-random.js';
import { until } from '../support/until.js';
import { answerTo } from './case.js';
import { CORPUS } from './corpus.js';
import { askAndAbort, crowd, untilLetIn } from './descriptors.js';
import { fuzz } from './fuzz.js';
import { halfOpen } from './half-open.js';
import { ObservedDaemon } from './observed-daemon.js';

/** The whole of what the tests beside this do in small. Prints the figures; fails if one is off. */
const MEGABYTE = 1024 * 1024;
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
const stayAlive = setInterval(() => {}, 60_000); // the servers alone don't keep this going

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
  `${missedTicks} missed, ${skippedTicks} skipped; the machine held up ${machineHeldUpMs.toFixed(0)} ms at most`,
  Math.max(missedTicks, skippedTicks) <= Math.floor(machineHeldUpMs / 500),
);
const grown = grownBytes / MEGABYTE;
report('memory', `${grown.toFixed(1)} MB more than at the start`, grown <= 32);

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
