import { describe, expect, it } from '@jest/globals';
import { boundsOf, measureDrift, remembered, UNKNOWN_DRIFT } from '../../src/clock/offset.js';
import { SEED, seededRandom } from '../support/seeded-random.js';

/**
 * Probes now and then to a server whose clock gains `ppm`, over a path of 20 ms and up to
 * `jitterMs` more.
 */
function probes(
  count: number,
  ppm: number,
  jitterMs: number,
  random: () => number,
  everyMs = 20_000,
) {
  return Array.from({ length: count }, (_, index) => {
    const t0 = index * everyMs;
    const t1 = t0 * (1 + ppm * 1e-6) + 20 + jitterMs * random();
    const t3 = t0 + t1 - t0 * (1 + ppm * 1e-6) + 20 + jitterMs * random();
    return boundsOf({ t0, t1, t2: t1, t3 });
  });
}

describe(`drift (SEED=${SEED})`, () => {
  it('is the slope of the offsets', () => {
    const { rate } = measureDrift(probes(30, 100, 0, Math.random), UNKNOWN_DRIFT);
    expect(rate * 1e6).toBeCloseTo(100, 0);
  });

  it('is wrong by what it says it may be, through jitter', () => {
    const random = seededRandom(SEED);
    const off = Array.from({ length: 200 }, () => {
      const { rate, sigma } = measureDrift(probes(30, 40, 10, random), UNKNOWN_DRIFT);
      return (rate - 40e-6) / sigma;
    });
    const spread = Math.sqrt(off.reduce((sum, each) => sum + each ** 2, 0) / off.length);
    expect(spread).toBeGreaterThan(0.2);
    expect(spread).toBeLessThan(1.2);
  });

  it('stays what was known as long as a burst of probes leaves it open', () => {
    const known = { rate: 30e-6, sigma: 5e-6 };
    const { rate, sigma } = measureDrift(probes(8, -500, 10, seededRandom(SEED), 150), known);
    expect(Math.abs(rate - known.rate)).toBeLessThan(known.sigma);
    expect(sigma).toBeLessThanOrEqual(known.sigma);
  });

  it('is never more than a clock can have', () => {
    expect(measureDrift(probes(30, 20_000, 0, Math.random), UNKNOWN_DRIFT).rate).toBe(500e-6);
  });

  it('is remembered over a break, less surely', () => {
    const drift = { rate: 30e-6, sigma: 1e-6 };
    expect(remembered(drift).rate).toBe(drift.rate);
    expect(remembered(drift).sigma).toBeGreaterThan(10e-6);
    expect(remembered(UNKNOWN_DRIFT)).toEqual(UNKNOWN_DRIFT);
  });
});
