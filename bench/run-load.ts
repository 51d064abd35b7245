import type { BenchReport } from '../src/cli/bench/report.js';
import type { Contender } from './contender.js';
import type { BenchLoad, LoadPlan } from './loads.js';
import { measureDeparted } from './measure-departed.js';
import { measureStarts } from './measure-starts.js';
import type { Outcome } from './outcome.js';
import { runPlan } from './run-plan.js';
import { ServerProcess } from './server-process.js';

const MOST_TRIES = 4;

/**
 * Runs a load against a server. Resolves with undefined if the server is not available here.
 *
 * @param say takes a line for the user
 */
export async function runLoad(
  load: BenchLoad,
  contender: Contender,
  say: (text: string) => void,
): Promise<Outcome | undefined> {
  if (load.starts !== undefined) return measureStarts(contender, load.starts);
  if (load.departs === true) return measureDeparted(contender, load.plans);
  const reports: BenchReport[] = [];
  for (const plan of load.plans) {
    const report = await runUndisturbed(load, plan, contender, say);
    if (report === undefined) return undefined;
    reports.push(report);
  }
  return { reports };
}

/** Repeats a plan while the machine was too busy; the last try always counts. */
async function runUndisturbed(
  load: BenchLoad,
  plan: LoadPlan,
  contender: Contender,
  say: (text: string) => void,
): Promise<BenchReport | undefined> {
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
  try {
    return await runPlan(plan, contender, server);
  } finally {
    await server.stop();
  }
}
