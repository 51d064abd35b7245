/**
 * Counts the messages that wait for a receipt. Fails when one is rejected, or when messages wait
 * and no receipt arrives for `timeoutMs`.
 */
export class Receipts {
  readonly #timeoutMs: number;
  readonly #onFailed: () => void;
  #pending = 0;
  #receipted = 0;
  #failure: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => {};

  /** @param onFailed called once, at the failure */
  constructor(timeoutMs: number, onFailed: () => void = () => {}) {
    this.#timeoutMs = timeoutMs;
    this.#onFailed = onFailed;
  }

  /** Number of messages with a receipt. */
  get receipted(): number {
    return this.#receipted;
  }

  /** Number of messages that wait for a receipt. */
  get pending(): number {
    return this.#pending;
  }

  /** The failure, in one line; undefined if there is none. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Adds a message; `what` names it in an error. */
  add(receipt: Promise<unknown>, what: string): void {
    this.#pending += 1;
    if (this.#pending === 1) this.#watch();
    receipt.then(
      () => {
        this.#receipted += 1;
        return this.#settled();
      },
      (error: unknown) => {
        this.fail(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        this.#settled();
      },
    );
  }

  /** Resolves when fewer than `limit` messages wait, or at the failure. One caller at a time. */
  async below(limit: number): Promise<void> {
    while (this.#pending >= limit && this.#failure === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Fails for another reason than a receipt. */
  fail(why: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = why;
    clearTimeout(this.#timer);
    this.#onFailed();
    this.#wake();
  }

  #settled(): void {
    this.#pending -= 1;
    this.#watch();
    this.#wake();
  }

  /** Restarts the time-out, which runs from the last receipt. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#pending === 0 || this.#failure !== undefined) return;
    const failed = (): void => this.fail(`no receipt within ${this.#timeoutMs / 1000} s`);
    this.#timer = setTimeout(failed, this.#timeoutMs);
  }
}
