import { describe, expect, it } from '@jest/globals';
import { AddressRate } from '../../../src/server/api/address-rate.js';

describe('the rate of an address', () => {
  it('is its own', () => {
    const rate = new AddressRate({ rate: 2, burst: 2 });
    const waits = ['a', 'a', 'a', 'b', 'a'].map((address) => rate.waitMs(address, 0));
    expect(waits).toEqual([0, 0, 500, 0, 500]);
    expect(rate.waitMs('a', 499)).toBeCloseTo(1);
    expect(rate.waitMs('a', 500)).toBe(0);
  });

  it('of 0 is no limit', () => {
    const rate = new AddressRate({ rate: 0, burst: 1 });
    for (let i = 0; i < 100; i++) expect(rate.waitMs('a', 0)).toBe(0);
  });

  it('is forgotten for the address that has been silent for longest', () => {
    const rate = new AddressRate({ rate: 1, burst: 1 }, 2);
    for (const address of ['a', 'b', 'a', 'c']) rate.waitMs(address, 0); // forgets b
    expect(['a', 'c'].map((address) => rate.waitMs(address, 0) > 0)).toEqual([true, true]);
    expect(rate.waitMs('b', 0)).toBe(0);
  });
});
