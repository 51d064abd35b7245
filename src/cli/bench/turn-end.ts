/** A client that can send. */
export interface Sender {
  send(): void;
}

/**
 * Lets senders send at the end of a turn of the event loop, after all sockets were read. Otherwise
 * the first answer of a round would wake the server while the bench still reads the round: both
 * would run in lockstep, and the bench would measure its own speed.
 */
export class TurnEnd {
  #senders: Sender[] = [];

  add(sender: Sender): void {
    if (this.#senders.length === 0) setImmediate(() => this.#send());
    this.#senders.push(sender);
  }

  #send(): void {
    const senders = this.#senders;
    this.#senders = [];
    for (const sender of senders) sender.send();
  }
}
