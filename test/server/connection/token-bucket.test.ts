import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBucket } from '../../../src/server/connection/token-bucket.js';

describe('token bucket', () => {
  it('grants the burst at once, then one token per refill', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([0, 0, 0, 0].map((at) => bucket.take(at))).toEqual([true, true, true, false]);
    expect(bucket.waitMs(0)).toBe(100);
    expect(bucket.take(99)).toBe(false);
    expect(bucket.take(100)).toBe(true);
    expect(bucket.take(100)).toBe(false);
  });

  it('holds no more than the burst, however long it is idle', () => {
    const bucket = new TokenBucket(10, 3, 0);
    expect([1e9, 1e9, 1e9, 1e9].map((at) => bucket.take(at))).toEqual([true, true, true, false]);
  });

  it('never grants more than burst + rate × time', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 200 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 50 }),
        gaps,
        (rate, burst, times) => {
          const bucket = new TokenBucket(rate, burst, 0);
          let now = 0;
          let given = 0;
          for (const gap of times) {
            now += gap;
            if (bucket.take(now)) given += 1;
          }
          expect(given).toBeLessThanOrEqual(burst + (rate * now) / 1000 + 1e-6);
        },
      ),
    );
  });
});
