/** Who sends, and what time it is. */
export interface Sending {
  /** The monotonic clock, µs. */
  now(): number;
  /** Sends the next message of a sender, unless it belongs to another thread. */
  send(sender: number): void;
}

/**
 * Sends a number of messages a second in all, evenly spaced, the senders taking turns. The times are
 * fixed beforehand: a thread that was held up sends at once what is due, so that the rate holds.
 */
export class SteadySender {
  readonly #sending: Sending;
  readonly #senders: number;
  readonly #gap: number;
  readonly #startAt: number;
  #next = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param perSecond over 0 @param startAt when the first is due, µs */
  constructor(senders: number, perSecond: number, startAt: number, sending: Sending) {
    this.#sending = sending;
    this.#senders = senders;
    this.#gap = 1e6 / perSecond;
    this.#startAt = startAt;
  }

  start(): void {
    this.#sendDue();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #sendDue = (): void => {
    const now = this.#sending.now();
    while (this.#dueAt() <= now) {
      this.#sending.send(this.#next % this.#senders);
      this.#next += 1;
    }
    this.#timer = setTimeout(this.#sendDue, (this.#dueAt() - now) / 1e3);
  };

  #dueAt(): number {
    return this.#startAt + this.#next * this.#gap;
  }
}
