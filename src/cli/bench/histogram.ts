/** Values below this have a bucket each; above, each doubling is split into half as many. */
const LINEAR_BITS = 8;
const LINEAR = 2 ** LINEAR_BITS;
const HALF = LINEAR / 2;
/** Largest value told apart: 2^36 µs are 19 hours. */
const MAX_BITS = 36;
const MAX_VALUE = 2 ** MAX_BITS - 1;
const BUCKETS = LINEAR + (MAX_BITS - LINEAR_BITS) * HALF;

/**
 * Counts whole values from 0 in log-linear buckets, as HdrHistogram does: any value is told within
 * 1/128 of itself, whatever the range, in a fixed 30 KB. Made for µs.
 */
export class Histogram {
  readonly #counts: Float64Array<ArrayBuffer>;
  #count = 0;
  #max = 0;

  constructor(counts = new Float64Array(BUCKETS)) {
    this.#counts = counts;
    for (let bucket = 0; bucket < counts.length; bucket += 1) {
      const count = counts[bucket] ?? 0;
      if (count > 0) [this.#count, this.#max] = [this.#count + count, highestOf(bucket)];
    }
  }

  /** How many values were recorded. */
  get count(): number {
    return this.#count;
  }

  /** The largest value recorded, to the unit; 0 if there is none. */
  get max(): number {
    return this.#max;
  }

  /** Counts a value. Below 0 counts as 0, fractions are cut off. */
  record(value: number): void {
    const whole = value < 0 ? 0 : Math.min(Math.floor(value), MAX_VALUE);
    const bucket = bucketOf(whole);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    if (whole > this.#max) this.#max = whole;
  }

  /** Adds everything that `other` has counted. */
  add(other: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0);
    }
    this.#count += other.#count;
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The least value (its bucket's upper end) that `share` of all values don't exceed.
   * @param share from 0 to 1: 0.99 for p99
   */
  quantile(share: number): number {
    const rank = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(highestOf(bucket), this.#max);
    }
    return this.#max;
  }

  /** Everything, fit to be sent to another thread. */
  toRecord(): HistogramRecord {
    return { counts: this.#counts, max: this.#max };
  }

  /** What {@link toRecord} gave, on the other side. */
  static fromRecord({ counts, max }: HistogramRecord): Histogram {
    const histogram = new Histogram(counts);
    histogram.#max = max;
    return histogram;
  }
}

/** A histogram on its way between threads. */
export interface HistogramRecord {
  readonly counts: Float64Array<ArrayBuffer>;
  readonly max: number;
}

function bucketOf(value: number): number {
  if (value < LINEAR) return value;
  const bits = bitLength(value);
  const shift = bits - LINEAR_BITS;
  // The LINEAR_BITS highest bits, the first of which is always set, tell the bucket.
  return LINEAR + (shift - 1) * HALF + (Math.floor(value / 2 ** shift) - HALF);
}

function highestOf(bucket: number): number {
  if (bucket < LINEAR) return bucket;
  const shift = Math.floor((bucket - LINEAR) / HALF) + 1;
  const lead = ((bucket - LINEAR) % HALF) + HALF;
  return (lead + 1) * 2 ** shift - 1;
}

function bitLength(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(Math.floor(value / 2 ** 32));
}
