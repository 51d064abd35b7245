/**
 * Counts the rounds of a closed loop for one sender. Round `r` ends when message `r` of every
 * sender of the room has arrived. No other sender is more than one round ahead, because it waits
 * for this one.
 */
export class ClosedLoop {
  readonly #senders: number;
  #round = 0;
  #arrived = 0;
  #ahead = 0;

  /** @param senders number of senders in the room, including this one */
  constructor(senders: number) {
    this.#senders = senders;
  }

  /** Counts a message. Returns true if it ended the round, so that the sender may send again. */
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
