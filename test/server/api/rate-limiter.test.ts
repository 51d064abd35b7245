import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from '../../../src/server/api/rate-limiter.js';

describe('rate limiter', () => {
  it('limits each address separately', () => {
    const rate = new RateLimiter({ rate: 2, burst: 2 });
    const waits = ['a', 'a', 'a', 'b', 'a'].map((address) => rate.take(address, 0));
    expect(waits).toEqual([0, 0, 500, 0, 500]);
    expect(rate.take('a', 499)).toBeCloseTo(1);
    expect(rate.take('a', 500)).toBe(0);
  });

  it('has no limit at rate 0', () => {
    const rate = new RateLimiter({ rate: 0, burst: 1 });
    for (let i = 0; i < 100; i++) expect(rate.take('a', 0)).toBe(0);
  });

  it('forgets the address of the oldest request', () => {
    const rate = new RateLimiter({ rate: 1, burst: 1 }, 2);
    for (const address of ['a', 'b', 'a', 'c']) rate.take(address, 0); // forgets b
    expect(['a', 'c'].map((address) => rate.take(address, 0) > 0)).toEqual([true, true]);
    expect(rate.take('b', 0)).toBe(0);
  });
});
