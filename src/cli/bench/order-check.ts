/** Missing messages remembered for each client; what is missing beyond that is lost for good. */
const MAX_REMEMBERED = 10_000;

/** What one client saw go wrong, in messages. */
export interface OrderFaults {
  /** Passed over and never seen. */
  readonly lost: number;
  /** Came after one that was sent later. */
  readonly outOfOrder: number;
  readonly duplicated: number;
}

/**
 * Checks what one client receives: the messages of each sender must be 0, 1, 2 … without a gap, a
 * repeat or a step back. Senders are counted by their slot in the room, from 0.
 */
export class OrderCheck {
  readonly #next: Int32Array;
  readonly #missing = new Set<string>();
  #forgotten = 0;
  #outOfOrder = 0;
  #duplicated = 0;

  constructor(slots: number) {
    this.#next = new Int32Array(slots);
  }

  /** Takes note of message `seq` of a sender. */
  received(slot: number, seq: number): void {
    const expected = this.#next[slot];
    if (expected === seq) this.#next[slot] = seq + 1;
    else if (expected !== undefined) this.#unexpected(slot, seq, expected);
  }

  /** How many messages of a sender's first `sent` have neither come nor been passed over yet. */
  awaited(slot: number, sent: number): number {
    return Math.max(0, sent - (this.#next[slot] ?? 0));
  }

  get faults(): OrderFaults {
    return {
      lost: this.#missing.size + this.#forgotten,
      outOfOrder: this.#outOfOrder,
      duplicated: this.#duplicated,
    };
  }

  #unexpected(slot: number, seq: number, expected: number): void {
    if (seq < expected) {
      if (this.#missing.delete(`${slot} ${seq}`)) this.#outOfOrder += 1;
      else this.#duplicated += 1;
      return;
    }
    this.#next[slot] = seq + 1;
    for (let missing = expected; missing < seq; missing += 1) {
      if (this.#missing.size < MAX_REMEMBERED) this.#missing.add(`${slot} ${missing}`);
      else this.#forgotten += 1;
    }
  }
}
