import type { BenchReport } from '../src/cli/bench/report.js';
import { runBench } from '../src/cli/bench/run.js';
import { trustedInRun } from './certificate.js';
import type { Contender } from './contender.js';
import type { LoadPlan } from './loads.js';
import type { ServerProcess } from './server-process.js';

/** Runs a plan against the process of a server. */
export function runPlan(
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
  return runBench({ ...plan, target, pid }, speaking === undefined ? {} : { speaking });
}
