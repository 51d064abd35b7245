import type { BenchPlan, StormPlan } from './plan.js';

/** Outcome of a storm. */
export interface StormFigures {
  readonly clients: number;
  /** Number of clients that came back before the window ended. */
  readonly returned: number;
}

/** Index of the first client of the storm; the number of clients if there is no storm. */
export function firstOfStorm({ clients, storm }: BenchPlan): number {
  return clients - (storm?.clients ?? 0);
}

/** Whether a client leaves and comes back. */
export function isInStorm(plan: BenchPlan, client: number): boolean {
  return client >= firstOfStorm(plan);
}

/** Number of returns a second. */
export function returnsPerSecond({ clients, withinMs }: StormPlan): number {
  return (clients * 1e3) / withinMs;
}

/** Name of the room of a client of the storm. */
export function stormRoom(plan: BenchPlan, client: number): string {
  return `${plan.target.room}-storm-${1 + (client % (plan.storm?.rooms ?? 1))}`;
}
