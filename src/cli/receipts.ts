/**
 * Messages that are on their way. It has failed when one was refused, or when some wait and none has
 * been receipted for `timeoutMs`.
 */
export class Receipts {
  readonly #timeoutMs: number;
  readonly #onFailed: () => void;
  #pending = 0;
  #receipted = 0;
  #failure: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => {};

  /** @param onFailed called once, when it has failed */
  constructor(timeoutMs: number, onFailed: () => void = () => {}) {
    this.#timeoutMs = timeoutMs;
    this.#onFailed = onFailed;
  }

  /** How many were receipted. */
  get receipted(): number {
    return this.#receipted;
  }

  /** How many are on their way. */
  get pending(): number {
    return this.#pending;
  }

  /** Why it has failed, in one line; undefined if it hasn't. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Waits for a message's receipt too; `what` is the message in an error. */
  add(receipt: Promise<unknown>, what: string): void {
    this.#pending += 1;
    if (this.#pending === 1) this.#watch();
    receipt.then(
      () => {
        this.#receipted += 1;
        return this.#settled();
      },
      (error: unknown) => {
        this.#fail(`${what}: ${error instanceof Error ? error.message : String(error)}`);
        this.#settled();
      },
    );
  }

  /** Resolves when fewer than `limit` are on their way, or it has failed. One caller at a time. */
  async below(limit: number): Promise<void> {
    while (this.#pending >= limit && this.#failure === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #settled(): void {
    this.#pending -= 1;
    this.#watch();
    this.#wake();
  }

  /** Silence counts from the last receipt. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#pending === 0 || this.#failure !== undefined) return;
    const failed = (): void => this.#fail(`no receipt within ${this.#timeoutMs / 1000} s`);
    this.#timer = setTimeout(failed, this.#timeoutMs);
  }

  #fail(why: string): void {
    if (this.#failure !== undefined) return;
    this.#failure = why;
    clearTimeout(this.#timer);
    this.#onFailed();
    this.#wake();
  }
}
