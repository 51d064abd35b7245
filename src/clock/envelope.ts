/** An upper bound of a value, from a frame that left or arrived at the local time `at`; ms. */
interface Point {
  readonly at: number;
  readonly bound: number;
}

/** Maximum number of points: of exchanges an hour, or all of the first minutes of a connection. */
const MOST_POINTS = 160;

/**
 * The lower envelope of what frames say in one direction. Queues only add to a delay, so the
 * fastest frame says most. The value changes with time: a point counts with its age.
 */
export class Envelope {
  readonly #points: Point[] = [];

  /** Adds a point; the oldest one gives way. */
  add(at: number, bound: number): void {
    this.#points.push({ at, bound });
    if (this.#points.length > MOST_POINTS) this.#points.shift();
  }

  /** The lowest bound at the local time `at`, if bounds rise by `slope` ms per ms of their age. */
  least(at: number, slope: number): number {
    let least = Infinity;
    for (const point of this.#points) {
      const bound = point.bound + slope * (at - point.at);
      if (bound < least) least = bound; // Math.min() takes ten times as long where globals are slow
    }
    return least;
  }

  /**
   * Mean distance of the lowest bounds, ms: the lowest one is likely to be this much above the
   * lowest possible one. `rank` is how many are below the last of them; Infinity if there are
   * fewer.
   */
  gap(at: number, slope: number, rank = Math.ceil(Math.sqrt(this.#points.length))): number {
    const bounds = this.#points.map((point) => point.bound + slope * (at - point.at));
    bounds.sort((a, b) => a - b);
    return ((bounds[rank] ?? Infinity) - (bounds[0] ?? 0)) / rank;
  }
}
