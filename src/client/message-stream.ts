import type { Message } from '../protocol/v1.js';
import { TickchatError } from './error.js';

/** Messages that may wait for the loop that reads them. */
const MAX_WAITING = 1000;

/**
 * Messages for a `for await` loop, each once, in order. A loop that falls so far behind that more
 * than 1,000 wait for it gets those and then an error (`behind`), never a silent gap.
 */
export class MessageStream {
  readonly #waiting: Message[] = [];
  #ended = false;
  #error: TickchatError | undefined;
  #wake: () => void = () => {};

  /** Hands a message to the loop, or keeps it until the loop asks. */
  push(message: Message): void {
    if (this.#ended) return;
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message);
    else this.end(new TickchatError('behind', `${MAX_WAITING} messages wait to be read`));
    this.#wake();
  }

  /** Ends the loop after what still waits: with `error`, or as if all was said. */
  end(error?: TickchatError): void {
    if (!this.#ended) this.#error = error;
    this.#ended = true;
    this.#wake();
  }

  /** The loop's side; `onLeft` is called when it takes no more. To be called once. */
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
