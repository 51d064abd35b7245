import { Writable } from 'node:stream';

/**
 * Control sequences with a number, and other characters that are not printed (ECMA-48 §5.4, §8.3).
 */
// oxlint-disable-next-line no-control-regex
const PIECE = /\u001b\[\??(\d*)(?:;\d*)*([A-Za-z])|[^]/gu;

/** The subset of a terminal that readline uses: the text of its rows, and the cursor. */
export class TerminalRows extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  readonly #rows: string[] = [''];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  /** The rows with text, without trailing blanks. */
  get shown(): string[] {
    return this.#rows
      .map((row) => row.trimEnd())
      .filter((row, i, all) => row || i < all.length - 1);
  }

  override _write(text: string | Buffer, _encoding: string, done: () => void): void {
    for (const [piece, digits, command] of String(text).matchAll(PIECE)) {
      if (command === undefined) this.#put(piece);
      else this.#obey(command, Number(digits) || 1, Number(digits));
    }
    done();
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#newLine();
    else {
      if (this.#column === this.columns) this.#newLine(); // the next character wraps
      const row = this.#rows[this.#row] ?? '';
      const before = row.slice(0, this.#column).padEnd(this.#column);
      this.#rows[this.#row] = before + character + row.slice(this.#column + 1);
      this.#column += 1;
    }
  }

  /** A line feed also returns to the first column, as in a terminal driver. */
  #newLine(): void {
    this.#row += 1;
    this.#column = 0;
    this.#rows[this.#row] ??= '';
  }

  #obey(command: string, count: number, given: number): void {
    if (command === 'A') this.#row = Math.max(0, this.#row - count);
    else if (command === 'B') this.#row += count;
    else if (command === 'C') this.#column += count;
    else if (command === 'D') this.#column = Math.max(0, this.#column - count);
    else if (command === 'G') this.#column = count - 1;
    else if (command === 'J' && given === 0) this.#clearDown();
    else throw new Error(`not understood: ${command}`);
  }

  #clearDown(): void {
    this.#rows[this.#row] = (this.#rows[this.#row] ?? '').slice(0, this.#column);
    this.#rows.length = this.#row + 1;
  }
}
