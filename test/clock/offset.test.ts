import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundsOf } from '../../src/clock/offset.js';

const delays = fc.double({ min: 0, max: 10_000, noNaN: true });

describe('offset', () => {
  it('is what RFC 5905 §8 says', () => {
    expect(boundsOf({ t0: 100, t1: 5130, t2: 5140, t3: 160 })).toEqual({
      from: 100,
      to: 160,
      earliest: 4980,
      latest: 5030,
      delay: 50,
    });
  });

  it('never leaves its bounds, which are the delay apart', () => {
    fc.assert(
      fc.property(delays, delays, delays, delays, (t0, up, held, down) => {
        const truth = 1e6;
        const t1 = t0 + up + truth;
        const exchange = { t0, t1, t2: t1 + held, t3: t0 + up + held + down };
        const { earliest, latest, delay } = boundsOf(exchange);
        expect(earliest).toBeLessThanOrEqual(truth + 1e-6);
        expect(latest).toBeGreaterThanOrEqual(truth - 1e-6);
        expect(delay).toBeCloseTo(up + down, 5);
      }),
    );
  });
});
