/** Maximum length of a line, characters; the rest of it is dropped. */
const MAX_CHARS = 500;

/** Time without output after which an unfinished line counts as whole, ms. */
const QUIET_MS = 100;

/** How long a line may explain the end of its process, ms. */
const RECENT_MS = 2000;

/** Turns the output of a process into lines without control characters. */
export class OutputLines {
  readonly #onLine: (line: string) => void;
  #unfinished = '';
  #timer: NodeJS.Timeout | undefined;
  #newest = { line: '', at: -Infinity };

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** The newest line, if it was written just now; otherwise empty. */
  get recent(): string {
    return performance.now() - this.#newest.at < RECENT_MS ? this.#newest.line : '';
  }

  add(text: string): void {
    clearTimeout(this.#timer);
    const lines = text.split('\n');
    for (const [i, line] of lines.entries()) {
      this.#unfinished = (this.#unfinished + line).slice(0, MAX_CHARS);
      if (i < lines.length - 1) this.flush();
    }
    // LMDB ends some of its messages without a line break.
    this.#timer = setTimeout(() => this.flush(), QUIET_MS).unref();
  }

  /** Takes what there is for a whole line. */
  flush(): void {
    clearTimeout(this.#timer);
    const line = this.#unfinished.replace(/[^\P{Cc}]/gu, ' ').trim();
    this.#unfinished = '';
    if (line === '') return;
    this.#newest = { line, at: performance.now() };
    this.#onLine(line);
  }
}
