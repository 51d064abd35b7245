/** Maximum number of missing messages to remember per client. Further ones count as lost. */
const MAX_REMEMBERED = 10_000;

/** Order faults that one client saw, in messages. */
export interface OrderFaults {
  /** Skipped and never received. */
  readonly lost: number;
  /** Received after a message that was sent later. */
  readonly outOfOrder: number;
  readonly duplicated: number;
}

/**
 * Checks the messages that one client receives. Those of each sender must be numbered 0, 1, 2 …
 * without a gap or a repeat. A sender is identified by its slot in the room, from 0.
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

  /** Checks message `seq` of a sender. */
  received(slot: number, seq: number): void {
    const expected = this.#next[slot];
    if (expected === seq) this.#next[slot] = seq + 1;
    else if (expected !== undefined) this.#unexpected(slot, seq, expected);
  }

  /** Number of a sender's first `sent` messages that have been neither received nor skipped. */
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
