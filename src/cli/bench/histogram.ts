import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Largest value: 2^36 µs are 19 hours. */
const MAX_VALUE = 2 ** 36 - 1;

/** Node's histogram starts at 1, so each value is recorded with this added. */
const OFFSET = 1;

/** Significant decimal digits, which keep the relative error below 1/1000 in some 200 KB. */
const FIGURES = 3;

/**
 * A histogram of integers from 0 to 2^36 − 1, made for µs: Node's own (an HdrHistogram), with the
 * exact maximum beside it.
 */
export class Histogram {
  readonly #values: RecordableHistogram;
  #max: number;

  private constructor(values: RecordableHistogram, max: number) {
    this.#values = values;
    this.#max = max;
  }

  /** An empty histogram. */
  static create(): Histogram {
    const range = { lowest: OFFSET, highest: MAX_VALUE + OFFSET, figures: FIGURES };
    return new Histogram(createHistogram(range), 0);
  }

  /** The histogram of a record that another thread sent. */
  static fromRecord({ values, max }: HistogramRecord): Histogram {
    return new Histogram(values, max);
  }

  /** Number of recorded values. */
  get count(): number {
    return this.#values.count;
  }

  /** Largest recorded value, exact; 0 if there is none. */
  get max(): number {
    return this.#max;
  }

  /** Records a value, rounded down. A value out of range counts as the nearest one in range. */
  record(value: number): void {
    const whole = value < 0 ? 0 : Math.min(Math.floor(value), MAX_VALUE);
    this.#values.record(whole + OFFSET);
    if (whole > this.#max) this.#max = whole;
  }

  /** Adds all values of `other`. */
  add(other: Histogram): void {
    this.#values.add(other.#values);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The value that a share of all values does not exceed; 0 if there is none.
   *
   * @param share from 0 to 1: 0.99 for p99
   */
  quantile(share: number): number {
    if (this.count === 0) return 0;
    // percentile() rejects 0; the least share that matters is that of one value.
    const percent = Math.max(100 * share, Number.EPSILON);
    return Math.min(this.#values.percentile(percent) - OFFSET, this.#max);
  }

  /** A record that postMessage() can clone. */
  toRecord(): HistogramRecord {
    return { values: this.#values, max: this.#max };
  }
}

/** A histogram in a message between threads. */
export interface HistogramRecord {
  readonly values: RecordableHistogram;
  readonly max: number;
}
