import { TokenBucket } from '../token-bucket.js';

/** How many calls one address may make: `rate` a second (0 = no limit), `burst` at once. */
export interface AddressRateLimits {
  readonly rate: number;
  readonly burst: number;
}

/** So many addresses are remembered: about 2 MB. */
const MAX_ADDRESSES = 10_000;

/** Counts the calls of each address. The one that has been silent for longest is forgotten first. */
export class AddressRate {
  readonly #limits: AddressRateLimits;
  readonly #maxAddresses: number;
  /** In the order of their last calls. */
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(limits: AddressRateLimits, maxAddresses = MAX_ADDRESSES) {
    this.#limits = limits;
    this.#maxAddresses = maxAddresses;
  }

  /** Counts a call at `now`, ms: 0 if it is within the rate; else it isn't counted, and how long to wait, ms. */
  waitMs(address: string, now: number): number {
    const { rate, burst } = this.#limits;
    if (rate === 0) return 0;
    const bucket = this.#buckets.get(address) ?? new TokenBucket(rate, burst, now);
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > this.#maxAddresses) this.#forgetOldest();
    return bucket.take(now) ? 0 : bucket.waitMs(now);
  }

  #forgetOldest(): void {
    for (const address of this.#buckets.keys()) {
      this.#buckets.delete(address);
      return;
    }
  }
}
