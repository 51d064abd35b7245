/**
 * The rounds of a closed loop as one sender sees them: round `r` is over when the message number `r`
 * of every sender of the room has arrived. A sender that was faster is one round ahead at most,
 * since it waits for this one.
 */
export class ClosedLoop {
  readonly #senders: number;
  #round = 0;
  #arrived = 0;
  #ahead = 0;

  /** @param senders in the room, this one included */
  constructor(senders: number) {
    this.#senders = senders;
  }

  /** Takes note of a message; true if it was the round's last, so that the next may be sent. */
  received(seq: number): boolean {
    if (seq !== this.#round) {
      if (seq > this.#round) this.#ahead += 1;
      return false;
    }
    this.#arrived += 1;
    if (this.#arrived < this.#senders) return false;
    this.#round += 1;
    this.#arrived = this.#ahead;
    this.#ahead = 0;
    return true;
  }
}
