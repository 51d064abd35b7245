import { describe, expect, it } from '@jest/globals';
import { ObservedPeriod } from '../../src/client/observed-period.js';

describe('ObservedPeriod', () => {
  it('knows nothing after one tick', () => {
    expect(new ObservedPeriod().observe(7, 100)).toBeUndefined();
  });

  it('is the time between two ticks, those that were skipped counted', () => {
    const period = new ObservedPeriod();
    period.observe(7, 100);
    expect(period.observe(8, 350)).toBe(250);
    expect(period.observe(12, 1350)).toBe(250);
  });

  it('evens out jitter and forgets old ticks', () => {
    const period = new ObservedPeriod();
    period.observe(0, 0);
    for (let n = 1; n <= 8; n += 1) period.observe(n, 60_000 + n * 1000 + (n % 2) * 30);
    expect(period.observe(9, 69_030)).toBeCloseTo(1000, -2);
  });

  it('starts over when the count does', () => {
    const period = new ObservedPeriod();
    period.observe(50, 0);
    period.observe(51, 1000);
    expect(period.observe(0, 1500)).toBeUndefined();
    expect(period.observe(1, 1750)).toBe(250);
  });

  it('is not zero when ticks arrive in one burst', () => {
    const period = new ObservedPeriod();
    period.observe(1, 5000);
    expect(period.observe(2, 5000)).toBeUndefined();
  });
});
