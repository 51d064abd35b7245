import { LruMap } from '../log/lru-map.js';
import { TokenBucket } from '../connection/token-bucket.js';

/** Rate limit of one address: requests per second (0 = unlimited), and requests at once. */
export interface RateLimits {
  readonly rate: number;
  readonly burst: number;
}

/** Maximum number of remembered addresses; they take about 2 MB. */
const MAX_ADDRESSES = 10_000;

/** Limits the requests of each address. Forgets the address of the oldest request first. */
export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #buckets: LruMap<string, TokenBucket>;

  constructor(limits: RateLimits, maxAddresses = MAX_ADDRESSES) {
    this.#limits = limits;
    this.#buckets = new LruMap(maxAddresses);
  }

  /**
   * Takes a request at `now`, ms. Returns 0 if it is within the rate; else the time until the next
   * one is, ms, and the request doesn't count.
   */
  take(address: string, now: number): number {
    const { rate, burst } = this.#limits;
    if (rate === 0) return 0;
    const bucket = this.#buckets.use(address, () => new TokenBucket(rate, burst, now));
    return bucket.take(now) ? 0 : bucket.waitMs(now);
  }
}
