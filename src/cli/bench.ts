import { parseBenchPlan, parseClockPlan } from './bench/arguments.js';
import { clockTable } from './bench/clock/report.js';
import { runClockBench } from './bench/clock/run.js';
import type { BenchPlan } from './bench/plan.js';
import { readProcessStats } from './bench/process-stats.js';
import { Progress } from './bench/progress.js';
import { faultIn, type BenchReport } from './bench/report.js';
import { reportTable } from './bench/report-table.js';
import { runBench } from './bench/run.js';
import type { BenchFlags } from './commands/bench-defaults.js';
import { CommandError, messageOf, UsageError } from './errors.js';

/** Runs `tickchat bench`: measures, and prints the report. */
export async function bench(url: string, flags: BenchFlags): Promise<void> {
  if (flags.clock === true) return benchClock(url, flags);
  const plan = parseBenchPlan(url, flags);
  if (plan.pid !== undefined && readProcessStats(plan.pid) === undefined) {
    throw new UsageError(`--pid ${plan.pid}: no such process, or no /proc on this machine`);
  }
  const json = flags.json === true;
  const report = await measure(plan, url, process.stderr.isTTY || !json);
  process.stdout.write(`${json ? JSON.stringify(report) : reportTable(report)}\n`);
  const fault = faultIn(report);
  if (fault !== undefined) throw new CommandError(fault);
}

/** `--clock`: measures the clocks of clients that use the library. */
async function benchClock(url: string, flags: BenchFlags): Promise<void> {
  const plan = parseClockPlan(url, flags);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  const report = await runClockBench(plan, {
    signal: interrupted.signal,
    onPhase: (phase) => process.stderr.write(`${phase}\n`),
  }).catch((error: unknown) => {
    throw new CommandError(`${url}: ${messageOf(error)}`, { cause: error });
  });
  const json = flags.json === true;
  process.stdout.write(`${json ? JSON.stringify(report) : clockTable(report)}\n`);
}

/** Runs the plan. The first Ctrl+C ends it with a report, the second one immediately. */
async function measure(plan: BenchPlan, url: string, showsProgress: boolean): Promise<BenchReport> {
  const progress = new Progress(process.stderr);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  try {
    return await runBench(plan, {
      signal: interrupted.signal,
      onProgress: (phase, now) => showsProgress && progress.show(phase, now),
    });
  } catch (error) {
    throw new CommandError(`${url}: ${messageOf(error)}`, { cause: error });
  } finally {
    if (showsProgress) progress.done();
  }
}
