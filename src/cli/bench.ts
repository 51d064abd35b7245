import { Command, Option } from 'commander';
import {
  BENCH_DEFAULTS,
  parseBenchPlan,
  parseClockPlan,
  type BenchFlags,
} from './bench/arguments.js';
import { clockTable } from './bench/clock/report.js';
import { runClockBench } from './bench/clock/run.js';
import { LEAST_SIZE } from './bench/payload.js';
import type { BenchPlan } from './bench/plan.js';
import { readProcessStats } from './bench/process-stats.js';
import { Progress } from './bench/progress.js';
import { faultIn, type BenchReport } from './bench/report.js';
import { reportTable } from './bench/report-table.js';
import { runBench } from './bench/run.js';
import { StartError, UsageError } from './errors.js';

const HELP = `
Latency is measured from one client of the bench to another. Ticks are compared
with a grid laid through the promptest of them: a delay that all ticks share
isn't seen. Messages go to the room of the URL, "bench" if it names none. A
server that limits its clients (--rate, --max-clients, --max-clients-per-ip) is
measured with its limits. Exit status: 1 if the server can't be had, or messages
were lost or out of order.`;

/** `tickchat bench`. */
export function benchCommand(): Command {
  return new Command('bench')
    .description('Put load on a server and measure its fan-out and its clock.')
    .argument('<url>', 'http://HOST:PORT/, ws://HOST:PORT/ws?room=NAME or HOST:PORT')
    .addOption(row('--clients <number>', 'connections', BENCH_DEFAULTS.clients))
    .addOption(
      row(
        '--senders <number>',
        'clients that send too',
        `${BENCH_DEFAULTS.senders}; all with --closed`,
      ),
    )
    .addOption(
      row(
        '--rate <number>',
        'messages a second, all senders together; 0: ticks only',
        BENCH_DEFAULTS.rate,
      ),
    )
    .option('--closed', "each sender waits for a message of all its room's senders, then sends")
    .addOption(
      row('--size <bytes>', `length of a message, ${LEAST_SIZE} at least`, BENCH_DEFAULTS.size),
    )
    .addOption(row('--seconds <number>', 'length of the measurement', BENCH_DEFAULTS.seconds))
    .addOption(row('--warmup <number>', 'seconds of load before it', BENCH_DEFAULTS.warmup))
    .addOption(row('--rooms <number>', 'rooms the clients are spread over', BENCH_DEFAULTS.rooms))
    .addOption(row('--workers <number>', 'threads of the bench', 'half the cores'))
    .option('--clock', "measure the clients' clocks and ticks instead; true only on its machine")
    .option('--token <token>', 'for a server that asks for one: all clients come with it')
    .option('--pid <pid>', "the server's process, if on this machine: adds its CPU and memory")
    .option('--json', 'print the report as one JSON object')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(bench);
}

function row(flags: string, help: string, unset: string): Option {
  return new Option(flags, `${help} (default: ${unset})`);
}

async function bench(url: string, flags: BenchFlags): Promise<void> {
  if (flags.clock === true) return benchClock(url, flags);
  const plan = parseBenchPlan(url, flags);
  if (plan.pid !== undefined && readProcessStats(plan.pid) === undefined) {
    throw new UsageError(`--pid ${plan.pid}: no such process, or no /proc on this machine`);
  }
  const json = flags.json === true;
  const report = await measure(plan, url, process.stderr.isTTY || !json);
  process.stdout.write(`${json ? JSON.stringify(report) : reportTable(report)}\n`);
  const fault = faultIn(report);
  if (fault !== undefined) throw new StartError(fault);
}

/** `--clock`: what the clients of the library know of the server's time. */
async function benchClock(url: string, flags: BenchFlags): Promise<void> {
  const plan = parseClockPlan(url, flags);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const report = await runClockBench(plan, {
    signal: interrupted.signal,
    onPhase: (phase) => process.stderr.write(`${phase}\n`),
  }).catch((error: unknown) => {
    throw new StartError(`${url}: ${error instanceof Error ? error.message : 'failed'}`);
  });
  const json = flags.json === true;
  process.stdout.write(`${json ? JSON.stringify(report) : clockTable(report)}\n`);
}

/** Runs the plan. The first Ctrl+C ends it with a report, the second at once. */
async function measure(plan: BenchPlan, url: string, shows: boolean): Promise<BenchReport> {
  const progress = new Progress(process.stderr);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    return await runBench(plan, {
      signal: interrupted.signal,
      onProgress: (phase, now) => shows && progress.show(phase, now),
    });
  } catch (error) {
    throw new StartError(`${url}: ${error instanceof Error ? error.message : 'failed'}`);
  } finally {
    if (shows) progress.done();
  }
}
