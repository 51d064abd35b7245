import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delayOf, earliestOffset, latestOffset, offsetOf } from '../../src/clock/offset.js';

const delays = fc.double({ min: 0, max: 10_000, noNaN: true });

describe('offset', () => {
  it('is what RFC 5905 §8 says', () => {
    const exchange = { t0: 100, t1: 5130, t2: 5140, t3: 160 };
    expect(offsetOf(exchange)).toBe(5005);
    expect(delayOf(exchange)).toBe(50);
  });

  it('is between its bounds, which the true one never leaves, and they are the delay apart', () => {
    fc.assert(
      fc.property(delays, delays, delays, delays, (t0, up, held, down) => {
        const offset = 1e6;
        const t1 = t0 + up + offset;
        const exchange = { t0, t1, t2: t1 + held, t3: t0 + up + held + down };
        expect(earliestOffset(exchange)).toBeLessThanOrEqual(offset + 1e-6);
        expect(latestOffset(exchange)).toBeGreaterThanOrEqual(offset - 1e-6);
        expect(latestOffset(exchange) - earliestOffset(exchange)).toBeCloseTo(up + down, 5);
        expect(delayOf(exchange)).toBeCloseTo(up + down, 5);
        expect(Math.abs(offsetOf(exchange) - offset)).toBeLessThanOrEqual((up + down) / 2 + 1e-6);
      }),
    );
  });
});
