import { setTimeout as delay } from 'node:timers/promises';
import type { BenchReport } from '../src/cli/bench/report.js';
import type { Contender } from './contender.js';
import type { LoadPlan } from './loads.js';
import { ObservedServer, type HeldMemory } from './observed-server.js';
import type { Outcome } from './outcome.js';
import { runPlan } from './run-plan.js';

/** Longest time for the server to close all connections, ms. */
const LEAVE_TIMEOUT_MS = 20_000;
/** Time in which V8 returns the pages of a large heap to the system, ms. */
const SETTLE_MS = 10_000;
const READINGS = 6;

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
    const after = await settledMemory(server);
    const departed = {
      resident: after.resident - before.resident,
      reachable: after.reachable - before.reachable,
    };
    return { reports, departed };
  } finally {
    await server.process.stop();
  }
}

/** The memory of the last one of several garbage collections. */
async function settledMemory(server: ObservedServer): Promise<HeldMemory> {
  let memory = await server.heldMemory();
  for (let reading = 1; reading < READINGS; reading += 1) {
    await delay(SETTLE_MS / (READINGS - 1));
    memory = await server.heldMemory();
  }
  return memory;
}
