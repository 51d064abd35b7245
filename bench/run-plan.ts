import type { BenchReport } from '../src/cli/bench/report.js';
import { runBench } from '../src/cli/bench/run.js';
import { trustedInRun } from './certificate.js';
import type { Contender } from './contender.js';
import type { LoadPlan } from './loads.js';
import type { ServerProcess } from './server-process.js';

/** Longest time of a run, ms. An overloaded server or generator connects for minutes. */
const RUN_TIMEOUT_MS = 180_000;

/** Runs a plan against the process of a server. Rejects if it takes too long. */
export async function runPlan(
  plan: LoadPlan,
  { speaking, tls }: Contender,
  { port, pid }: ServerProcess,
): Promise<BenchReport> {
  const ca = tls === true ? trustedInRun() : undefined;
  const target = {
    host: '127.0.0.1',
    port,
    path: '/ws',
    room: 'bench',
    tls: ca === undefined ? undefined : { ca },
  };
  const options = {
    signal: AbortSignal.timeout(RUN_TIMEOUT_MS),
    ...(speaking === undefined ? {} : { speaking }),
  };
  const report = await runBench({ ...plan, target, pid }, options);
  if (report.interrupted) throw new Error(`not done after ${RUN_TIMEOUT_MS / 1000} s`);
  return report;
}
