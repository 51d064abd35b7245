import type { Message } from '../protocol/v1.js';
import { TickchatError } from './state.js';

/** Maximum number of messages queued for a loop. */
const MAX_WAITING = 1000;

/**
 * Messages for a `for await` loop, each once, in order. A loop for which more than 1,000 are queued
 * gets those and then an error (`behind`), never a silent gap.
 */
export class MessageStream {
  readonly #waiting: Message[] = [];
  #ended = false;
  #error: TickchatError | undefined;
  #wake: () => void = () => {};

  /** Queues a message for the loop. */
  push(message: Message): void {
    if (this.#ended) return;
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message);
    else this.end(new TickchatError('behind', `${MAX_WAITING} messages wait to be read`));
    this.#wake();
  }

  /** Ends the loop after the queued messages, with `error` if there is one. */
  end(error?: TickchatError): void {
    if (!this.#ended) this.#error = error;
    this.#ended = true;
    this.#wake();
  }

  /** The loop's side. Calls `onLeft` when the loop ends. Call it once. */
  async *read(onLeft: () => void): AsyncGenerator<Message, undefined> {
    try {
      for (;;) {
        const message = this.#waiting.shift();
        if (message !== undefined) yield message;
        else if (this.#error !== undefined) throw this.#error;
        else if (this.#ended) return undefined;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      onLeft();
    }
  }
}
