import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { delayOf } from '../../src/clock/exchange.js';

const delays = fc.double({ min: 0, max: 10_000, noNaN: true });

describe('exchange', () => {
  it('has the delay of RFC 5905 §8', () => {
    expect(delayOf({ t0: 100, t1: 5130, t2: 5140, t3: 160 })).toBe(50);
  });

  it('took as long as both ways together, however long the server had it', () => {
    fc.assert(
      fc.property(delays, delays, delays, delays, (t0, up, held, down) => {
        const t1 = t0 + up + 1e6;
        const exchange = { t0, t1, t2: t1 + held, t3: t0 + up + held + down };
        expect(delayOf(exchange)).toBeCloseTo(up + down, 5);
      }),
    );
  });
});
