import {
  clearScreenDown,
  createInterface,
  cursorTo,
  moveCursor,
  type Interface,
} from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What a screen tells of its person. */
export interface ScreenEvents {
  onLine(line: string): void;
  /** Ctrl+C, Ctrl+D, the end of the input, or nobody reads the output. */
  onLeave(): void;
}

type Stream = { readonly isTTY?: boolean };

/**
 * Lines of a conversation above a prompt, which stays as it is while others speak. Where input or
 * output is no terminal: plain lines, and no prompt.
 */
export class Screen {
  /** Whether what is typed is seen already. */
  readonly echoes: boolean;
  readonly #output: Writable;
  readonly #lines: Interface;
  #prompt = '';
  #closed = false;

  constructor(input: Readable & Stream, output: Writable & Stream, events: ScreenEvents) {
    this.#output = output;
    this.echoes = input.isTTY === true && output.isTTY === true;
    this.#lines = this.echoes
      ? createInterface({ input, output, terminal: true, prompt: '' })
      : createInterface({ input, terminal: false, crlfDelay: Infinity });
    this.#lines.on('line', (line) => events.onLine(line));
    this.#lines.on('SIGINT', () => events.onLeave());
    this.#lines.on('close', () => {
      const asked = this.#closed;
      this.#closed = true;
      if (this.echoes) output.write('\n'); // the shell's prompt comes on a line of its own
      if (!asked) events.onLeave();
    });
    output.on('error', () => events.onLeave()); // EPIPE: `tickchat connect … | head`
  }

  /** Shows lines above the prompt. */
  print(...lines: readonly string[]): void {
    if (this.#output.destroyed) return;
    const text = lines.map((line) => `${line}\n`).join('');
    if (!this.echoes || this.#closed) {
      this.#output.write(text);
      return;
    }
    this.#erase();
    this.#output.write(text);
    this.#lines.prompt(true);
  }

  /** Shows another prompt; what is being typed stays. */
  prompt(text: string): void {
    if (!this.echoes || this.#closed || text === this.#prompt) return;
    this.#prompt = text;
    this.#erase();
    this.#lines.setPrompt(text);
    this.#lines.prompt(true);
  }

  /**
   * Removes the prompt and what is being typed, which may fill more than one row. The cursor is where
   * the prompt began then, and readline has to know: it goes up as many rows as it last drew.
   */
  #erase(): void {
    const { rows } = this.#lines.getCursorPos();
    moveCursor(this.#output, 0, -rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
    (this.#lines as Interface & { prevRows?: number }).prevRows = 0;
  }

  /** Takes no more input. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lines.close();
  }
}
