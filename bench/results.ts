import type { Contender } from './contender.js';
import type { BenchLoad } from './loads.js';
import type { Metric } from './metrics.js';

/** The value of each metric in one round. */
export type Round = ReadonlyMap<Metric, number>;

/** Results by load, contender and round. */
export class Results {
  readonly #rounds = new Map<BenchLoad, Map<Contender, Round[]>>();

  add(load: BenchLoad, contender: Contender, round: Round): void {
    const byContender = this.#rounds.get(load) ?? new Map<Contender, Round[]>();
    this.#rounds.set(load, byContender);
    byContender.set(contender, [...(byContender.get(contender) ?? []), round]);
  }

  /** Number of rounds of a load. */
  rounds(load: BenchLoad): number {
    const byContender = this.#rounds.get(load)?.values() ?? [];
    return Math.max(0, ...[...byContender].map((rounds) => rounds.length));
  }

  /** The median over the rounds; undefined if it was not measured. */
  median(load: BenchLoad, contender: Contender, metric: Metric): number | undefined {
    return median(this.#values(load, contender, metric));
  }

  /**
   * The ratio of a contender to `base`: the median of the rounds' ratios, because other load
   * slows both of a round.
   */
  ratio(load: BenchLoad, contender: Contender, base: Contender, metric: Metric) {
    const bases = this.#values(load, base, metric);
    const values = this.#values(load, contender, metric);
    return median(values.map((value, round) => value / (bases[round] ?? Number.NaN)));
  }

  #values(load: BenchLoad, contender: Contender, metric: Metric): number[] {
    const rounds = this.#rounds.get(load)?.get(contender) ?? [];
    return rounds.map((round) => round.get(metric) ?? Number.NaN);
  }
}

/** The middle value, or the mean of the two; undefined without values or with a NaN. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  if (sorted.length === 0 || sorted.length < values.length) return undefined;
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
