import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../src/cli/errors.js';
import { faultIn } from '../src/cli/bench/report.js';
import type { Contender } from './contender.js';
import { CONTENDERS } from './contenders.js';
import { LOADS, type BenchLoad } from './loads.js';
import { loadMarkdown, writeBetweenMarkers } from './markdown.js';
import type { Metric } from './metrics.js';
import type { Outcome } from './outcome.js';
import { fromRoot } from './paths.js';
import { Results } from './results.js';
import { runLoad } from './run-load.js';

const DOCUMENT = 'docs/BENCHMARKS.md';
const LEAST_ROUNDS = 3;

/** What to run; by default everything. */
interface Comparison {
  readonly loads: readonly BenchLoad[];
  /** Beginnings of the names of the servers that take part; none: all of them. */
  readonly servers: string;
  readonly rounds: number;
  readonly write: boolean;
  /** Another checkout of tickchat to compare with. */
  readonly against: string | undefined;
}

/**
 * npm run bench -- [--loads chat,sparse] [--servers tickchat,ws] [--rounds 3] [--write]
 *   [--against CHECKOUT]
 *
 * Runs every load against every server that takes part in it, all of them in each round, and prints
 * medians and ratios. --loads takes keys, or beginnings of keys; --servers, beginnings of names.
 * --write puts the tables of the loads that were run into docs/BENCHMARKS.md. --against adds
 * tickchat as it is in another checkout, which must be built.
 */
async function main(): Promise<void> {
  const { loads, servers, rounds, write, against } = readArguments();
  const results = new Results();
  for (const load of loads) {
    const own = chosenServers(load.contenders ?? CONTENDERS, servers);
    if (own.length === 0) continue;
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
  const failed = (why: string): void => {
    say(`${load.key}, ${contender.name}: ${why}`);
    results.add(load, contender, new Map()); // so that rounds of different servers stay together
  };
  let outcome: Outcome | undefined;
  try {
    outcome = await runLoad(load, contender, say);
  } catch (error) {
    process.exitCode = 1;
    return failed(messageOf(error));
  }
  if (outcome === undefined) return failed('not available');
  for (const fault of outcome.reports.map(faultIn)) {
    if (fault !== undefined) say(`${load.key}, ${contender.name}: ${fault}`);
  }
  const values = new Map<Metric, number>();
  for (const metric of load.metrics) values.set(metric, metric.of(outcome) ?? Number.NaN);
  results.add(load, contender, values);
  const busy = Math.max(0, ...outcome.reports.map((report) => report.generatorBusy));
  const figures = load.metrics.map((metric) => metric.format(values.get(metric) ?? Number.NaN));
  say(
    `${load.key}, ${round}, ${contender.name}: ${figures.join(', ')}` +
      ` (generator ${Math.round(busy * 100)} % busy)`,
  );
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
    loads: chosenLoads(values.loads),
    servers: values.servers,
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

/** The loads of these keys; a word that is no key stands for the keys that begin with it. */
function chosenLoads(words: string): readonly BenchLoad[] {
  const keys = new Set(LOADS.map(({ key }) => key));
  return chosen(LOADS, words, ({ key }, word) =>
    keys.has(word) ? key === word : key.startsWith(word),
  );
}

/** The servers whose name begins with one of the words. */
function chosenServers(all: readonly Contender[], words: string): readonly Contender[] {
  return chosen(all, words, ({ name }, word) => name.toLowerCase().startsWith(word));
}

/** The items that match one of the words; all if there is no word. */
function chosen<T>(
  all: readonly T[],
  words: string,
  matches: (one: T, word: string) => boolean,
): readonly T[] {
  const wanted = words.toLowerCase().split(',').filter(Boolean);
  if (wanted.length === 0) return all;
  return all.filter((one) => wanted.some((word) => matches(one, word)));
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

await main();
