import type { BenchReport } from '../src/cli/bench/report.js';

/** Results of a load against one server in one round. */
export interface Outcome {
  /** One for each plan of the load. */
  readonly reports: readonly BenchReport[];
  /** Of a load whose clients are counted out. */
  readonly departed?: DepartedFigures;
  /** Of a load that starts servers. */
  readonly starts?: StartFigures;
}

/** Growth of the memory from before the first client until the last one has left, bytes. */
export interface DepartedFigures {
  /** Resident memory. */
  readonly resident: number;
  /** Reachable memory: the heap, and buffers outside of it. */
  readonly reachable: number;
}

/** Medians of several starts. */
export interface StartFigures {
  /** Time from the spawn of the process until it says that it listens, ms. */
  readonly listeningMs: number;
  /** Resident memory at that moment, bytes. */
  readonly residentBytes: number;
}
