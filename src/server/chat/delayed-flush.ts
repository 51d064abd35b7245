/** Most turns of the event loop that something queued waits. */
const MAX_TURNS = 3;

/**
 * Flushes a queue after the first turn of the event loop that brings nothing new to it, after
 * {@link MAX_TURNS} at most. What comes in successive turns goes out together.
 */
export class DelayedFlush {
  readonly #flush: () => void;
  #next: NodeJS.Immediate | undefined;
  /** Turns since the first thing was queued. */
  #turns = 0;
  /** Whether something was queued in this turn. */
  #isNew = false;

  /** @param flush must empty the queue */
  constructor(flush: () => void) {
    this.#flush = flush;
  }

  /** Something was queued. */
  schedule(): void {
    this.#isNew = true;
    this.#next ??= setImmediate(this.#endTurn);
  }

  /** The queue is empty. */
  cancel(): void {
    clearImmediate(this.#next);
    this.#next = undefined;
    this.#turns = 0;
  }

  #endTurn = (): void => {
    this.#turns += 1;
    if (this.#isNew && this.#turns < MAX_TURNS) {
      this.#isNew = false;
      this.#next = setImmediate(this.#endTurn);
    } else {
      this.cancel();
      this.#flush();
    }
  };
}
