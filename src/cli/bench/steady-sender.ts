/** Clock and output of a steady sender. */
export interface Sending {
  /** The monotonic clock, µs. */
  now(): number;
  /** Sends the next message of a sender, unless the sender belongs to another thread. */
  send(sender: number): void;
}

/**
 * Sends messages at a fixed rate, evenly spaced; the senders take turns. The times are fixed in
 * advance: a thread that was blocked sends all due messages immediately, so that the rate holds.
 */
export class SteadySender {
  readonly #sending: Sending;
  readonly #senders: number;
  readonly #gap: number;
  readonly #startAt: number;
  readonly #limit: number;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param perSecond above 0
   * @param startAt time of the first message, µs
   * @param limit number of messages after which it stops
   */
  constructor(
    senders: number,
    perSecond: number,
    startAt: number,
    sending: Sending,
    limit = Infinity,
  ) {
    this.#sending = sending;
    this.#senders = senders;
    this.#gap = 1e6 / perSecond;
    this.#startAt = startAt;
    this.#limit = limit;
  }

  start(): void {
    this.#sendDue();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #sendDue = (): void => {
    const now = this.#sending.now();
    while (this.#next < this.#limit && this.#dueAt() <= now) {
      this.#sending.send(this.#next % this.#senders);
      this.#next += 1;
    }
    if (this.#next === this.#limit) return;
    this.#timer = setTimeout(this.#sendDue, (this.#dueAt() - now) / 1e3);
  };

  #dueAt(): number {
    return this.#startAt + this.#next * this.#gap;
  }
}
