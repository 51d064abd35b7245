import {
  clearScreenDown,
  createInterface,
  cursorTo,
  moveCursor,
  type Interface,
} from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** Callbacks of a screen. */
export interface ScreenEvents {
  onLine(line: string): void;
  /** At Ctrl+C, Ctrl+D, the end of the input, or a closed output. */
  onLeave(): void;
}

type Stream = { readonly isTTY?: boolean };

/**
 * Prints lines above a prompt, and keeps what is being typed. Without a terminal for both input and
 * output it reads and writes plain lines, without a prompt.
 */
export class Screen {
  /** Whether the terminal shows what is typed. */
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
      if (this.echoes) output.write('\n'); // so that the shell's prompt starts a line
      if (!asked) events.onLeave();
    });
    output.on('error', () => events.onLeave()); // EPIPE: `tickchat connect … | head`
  }

  /** Prints lines above the prompt. */
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

  /** Replaces the prompt and keeps what is being typed. */
  prompt(text: string): void {
    if (!this.echoes || this.#closed || text === this.#prompt) return;
    this.#prompt = text;
    this.#erase();
    this.#lines.setPrompt(text);
    this.#lines.prompt(true);
  }

  /**
   * Erases the prompt and what is being typed, which may fill several rows. The cursor ends where
   * the prompt began. readline moves up by the rows that it drew last, so that number becomes 0.
   */
  #erase(): void {
    const { rows } = this.#lines.getCursorPos();
    moveCursor(this.#output, 0, -rows);
    cursorTo(this.#output, 0);
    clearScreenDown(this.#output);
    (this.#lines as Interface & { prevRows?: number }).prevRows = 0;
  }

  /** Stops reading input. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#lines.close();
  }
}
