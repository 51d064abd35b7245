import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { backoffDelayMs } from '../../src/client/backoff.js';

const LIMITS = { firstMs: 500, capMs: 15_000 };

describe('backoffDelayMs', () => {
  it.each([
    { failures: 0, limit: 500 },
    { failures: 1, limit: 1000 },
    { failures: 2, limit: 2000 },
    { failures: 4, limit: 8000 },
    { failures: 5, limit: 15_000 },
    { failures: 5000, limit: 15_000 },
  ])('spreads over 0 to $limit ms after $failures failures', ({ failures, limit }) => {
    expect(backoffDelayMs(failures, LIMITS, () => 0)).toBe(0);
    expect(backoffDelayMs(failures, LIMITS, () => 0.25)).toBe(limit / 4);
    expect(backoffDelayMs(failures, LIMITS, () => 1)).toBe(limit);
  });

  it('never waits longer than the cap and always a time', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, share) => {
          const delayMs = backoffDelayMs(failures, LIMITS, () => share);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThan(LIMITS.capMs);
        },
      ),
    );
  });
});
