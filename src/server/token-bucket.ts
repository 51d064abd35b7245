/**
 * A token bucket: `burst` tokens at most, refilled at `rate` a second. Time is passed in, so the
 * arithmetic can be checked without waiting.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at: number;

  /** @param rate tokens a second, over 0 @param burst at least 1 @param now ms */
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

  /** How long until {@link take} succeeds, ms; 0 if it does now. */
  waitMs(now: number): number {
    this.#refill(now);
    return Math.max(0, (1 - this.#tokens) / this.#perMs);
  }

  #refill(now: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
  }
}
