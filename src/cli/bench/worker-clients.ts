import type { BenchPlan } from './plan.js';
import { isInStorm } from './storm.js';

/** The clients of one worker. */
export function clientsOfWorker(plan: BenchPlan, worker: number): number[] {
  const all = Array.from({ length: plan.clients }, (_, client) => client);
  return all.filter((client) => workerOfClient(plan, client) === worker);
}

/**
 * The worker of a client. In a storm the first worker runs the clients that stay, so that their
 * figures exclude the time that the generator needs for thousands of handshakes.
 */
function workerOfClient(plan: BenchPlan, client: number): number {
  const { storm, workers } = plan;
  if (storm === undefined || workers === 1) return client % workers;
  return isInStorm(plan, client) ? 1 + (client % (workers - 1)) : 0;
}
