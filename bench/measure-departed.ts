import type { BenchReport } from '../src/cli/bench/report.js';
import type { Contender } from './contender.js';
import type { LoadPlan } from './loads.js';
import { ObservedServer } from './observed-server.js';
import type { Outcome } from './outcome.js';
import { runPlan } from './run-plan.js';

/** Longest time for the server to close all connections, ms. */
const LEAVE_TIMEOUT_MS = 20_000;

/**
 * Runs plans against one process, and compares its memory before the first client and after the
 * last one, each after a garbage collection. Resolves with undefined if the server is not available
 * here.
 */
export async function measureDeparted(
  contender: Contender,
  plans: readonly LoadPlan[],
): Promise<Outcome | undefined> {
  const command = contender.command(1);
  if (command === undefined) return undefined;
  const server = await ObservedServer.start(command);
  try {
    const descriptors = server.descriptors();
    const before = await server.heldMemory();
    const reports: BenchReport[] = [];
    for (const plan of plans) reports.push(await runPlan(plan, contender, server.process));
    const left = await server.descriptorsDownTo(descriptors, LEAVE_TIMEOUT_MS);
    if (left > descriptors) throw new Error(`${contender.name}: connections are still open`);
    const after = await server.heldMemory();
    const departed = {
      resident: after.resident - before.resident,
      reachable: after.reachable - before.reachable,
    };
    return { reports, departed };
  } finally {
    await server.process.stop();
  }
}
