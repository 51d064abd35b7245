/**
 * A token bucket: holds up to `burst` tokens, refilled at `rate` per second. Time is an argument,
 * so tests check the arithmetic without waiting.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** @param rate tokens per second, over 0 @param burst at least 1 @param now ms */
  constructor(rate: number, burst: number, now: number) {
    this.#perMs = rate / 1000;
    this.#burst = burst;
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes one token if there is one. */
  take(now: number): boolean {
    this.#refill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Takes one token even if there is none, up to a debt of `most`. True if it was not there. */
  charge(now: number, most: number): boolean {
    if (this.take(now)) return false;
    this.#tokens = Math.max(this.#tokens - 1, -most);
    return true;
  }

  /** Time until {@link take} succeeds, ms; 0 if it succeeds now. */
  waitMs(now: number): number {
    this.#refill(now);
    return Math.max(0, (1 - this.#tokens) / this.#perMs);
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
