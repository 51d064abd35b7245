import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { faultIn, type BenchReport } from '../src/cli/bench/report.js';
import { runBench } from '../src/cli/bench/run.js';
import { CONTENDERS, type Contender } from './contenders.js';
import { LOADS, type BenchLoad, type LoadPlan, type Metric } from './loads.js';
import { loadMarkdown, writeBetweenMarkers } from './markdown.js';
import { fromRoot } from './paths.js';
import { Results } from './results.js';
import { ServerProcess } from './server-process.js';

const DOCUMENT = 'docs/BENCHMARKS.md';
const LEAST_ROUNDS = 3;
const MOST_TRIES = 4;

/** What to run; by default everything. */
interface Comparison {
  readonly loads: readonly BenchLoad[];
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly write: boolean;
  /** Another checkout of tickchat to compare with. */
  readonly against: string | undefined;
}

/**
 * npm run bench -- [--loads chat,sparse] [--servers tickchat,ws] [--rounds 3] [--write]
 *   [--against CHECKOUT]
 *
 * Runs every load against every server, all of them in each round, and prints medians and ratios;
 * --write puts those of the loads that were run into docs/BENCHMARKS.md. --against adds tickchat as
 * it is in another checkout, which must be built.
 */
async function main(): Promise<void> {
  const { loads, contenders, rounds, write, against } = readArguments();
  const results = new Results();
  for (const load of loads) {
    const own = load.contenders ?? contenders;
    const present =
      against === undefined ? own : own.flatMap((one) => [one, ...twin(one, against)]);
    for (let round = 1; round <= rounds; round += 1) {
      // Rotate the order, so that no server always follows the same one.
      const turn = round % present.length;
      for (const contender of [...present.slice(turn), ...present.slice(0, turn)]) {
        await measure(load, contender, results, `round ${round} of ${rounds}`);
      }
    }
    const markdown = loadMarkdown(results, load, present);
    process.stdout.write(`${markdown}\n\n`);
    if (write) writeBetweenMarkers(fromRoot(DOCUMENT), load.key, markdown);
  }
}

async function measure(
  load: BenchLoad,
  contender: Contender,
  results: Results,
  round: string,
): Promise<void> {
  const reports: BenchReport[] = [];
  for (const plan of load.plans) {
    const report = await runUndisturbed(load, plan, contender);
    if (report === undefined) return say(`${load.key}, ${contender.name}: not available`);
    reports.push(report);
    const fault = faultIn(report);
    if (fault !== undefined) say(`${load.key}, ${contender.name}: ${fault}`);
  }
  const values = new Map<Metric, number>();
  for (const metric of load.metrics) values.set(metric, metric.of(reports) ?? Number.NaN);
  results.add(load, contender, values);
  const busy = Math.max(...reports.map((report) => report.generatorBusy));
  const figures = load.metrics.map((metric) => metric.format(values.get(metric) ?? Number.NaN));
  say(
    `${load.key}, ${round}, ${contender.name}: ${figures.join(', ')}` +
      ` (generator ${Math.round(busy * 100)} % busy)`,
  );
}

/** Repeats a plan while the machine was too busy; the last try always counts. */
async function runUndisturbed(load: BenchLoad, plan: LoadPlan, contender: Contender) {
  for (let tries = 1; ; tries += 1) {
    const report = await runOnce(plan, contender);
    if (report === undefined || load.disturbed?.(report) !== true) return report;
    say(`${load.key}, ${contender.name}: the machine was busy (p99 ${report.latencyMs.p99} ms)`);
    if (tries === MOST_TRIES) return report;
  }
}

/** Runs a plan against a new server; undefined if the server is not available here. */
async function runOnce(plan: LoadPlan, contender: Contender): Promise<BenchReport | undefined> {
  const command = contender.command(plan.rooms);
  if (command === undefined) return undefined;
  const server = await ServerProcess.start(command);
  const target = { host: '127.0.0.1', port: server.port, path: '/ws', room: 'bench' };
  const options = contender.speaking === undefined ? {} : { speaking: contender.speaking };
  try {
    return await runBench({ ...plan, target, pid: server.pid }, options);
  } finally {
    await server.stop();
  }
}

function readArguments(): Comparison {
  const { values } = parseArgs({
    options: {
      loads: { type: 'string', default: '' },
      servers: { type: 'string', default: '' },
      rounds: { type: 'string', default: String(LEAST_ROUNDS) },
      write: { type: 'boolean', default: false },
      against: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number');
  return {
    loads: chosen(LOADS, values.loads, (load) => load.key),
    contenders: chosen(CONTENDERS, values.servers, (contender) => contender.name),
    rounds,
    write: values.write,
    against: values.against,
  };
}

/** The same server of another checkout, if it is one of tickchat's. */
function twin(contender: Contender, checkout: string): readonly Contender[] {
  const other = contender.from?.(resolve(checkout));
  return other === undefined ? [] : [other];
}

/** The items whose name begins with one of the words; all if there is no word. */
function chosen<T>(all: readonly T[], words: string, nameOf: (one: T) => string): readonly T[] {
  const wanted = words.split(',').filter((word) => word !== '');
  if (wanted.length === 0) return all;
  return all.filter((one) =>
    wanted.some((word) => nameOf(one).toLowerCase().startsWith(word.toLowerCase())),
  );
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

await main();
