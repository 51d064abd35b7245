/** Whoever sends. */
export interface Sender {
  send(): void;
}

/**
 * Lets senders send at the end of a turn of the event loop, when everything that had arrived was
 * read. Sent at once, the first answer of a round would wake the server while the bench still has
 * the round to read: the two would go in step, and the bench would measure its own pace.
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
