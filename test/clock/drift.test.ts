import { describe, expect, it } from '@jest/globals';
import { measureDrift, remembered, UNKNOWN_DRIFT, type Drift } from '../../src/clock/drift.js';
import { Envelope } from '../../src/clock/envelope.js';
import { SIGMAS, TOLERANCE } from '../../src/clock/probe-filter.js';
import { SEED, seededRandom } from '../support/seeded-random.js';

const EVERY_MS = 20_000;

/**
 * The drift after each probe to a server whose clock gains `ppm`, over a path of 20 ms and up to
 * `jitterMs` more each way.
 */
function drifts(
  count: number,
  ppm: number,
  jitterMs: number,
  random: () => number,
  { known = UNKNOWN_DRIFT, everyMs = EVERY_MS } = {},
): Drift[] {
  const [there, back] = [new Envelope(), new Envelope()];
  let last = known;
  return Array.from({ length: count }, (_, index) => {
    const from = index * everyMs;
    const up = 20 + jitterMs * random();
    const to = from + up + 20 + jitterMs * random();
    const ahead = (local: number): number => local * ppm * 1e-6;
    there.add(from, up + ahead(from + up));
    back.add(to, to - (from + up) - ahead(from + up));
    const widthAt = (rate: number): number => there.least(to, rate) + back.least(to, -rate);
    const gap = Math.max(1e-3, there.gap(to, last.rate), back.gap(to, -last.rate));
    last = measureDrift(widthAt, gap, known, last);
    return last;
  });
}

function lastOf(measured: readonly Drift[]): Drift {
  return measured.at(-1) ?? { rate: NaN, sigma: NaN };
}

describe(`drift (SEED=${SEED})`, () => {
  it('is the slope of the corridor', () => {
    const { rate } = lastOf(drifts(30, 100, 0, Math.random));
    expect(rate * 1e6).toBeCloseTo(100, 0);
  });

  it('is wrong by what it says it may be, through jitter', () => {
    const random = seededRandom(SEED);
    const measured = Array.from({ length: 300 }, () => lastOf(drifts(30, 40, 10, random)));
    const off = measured.map(({ rate, sigma }) => (rate - 40e-6) / sigma);
    const spread = Math.sqrt(off.reduce((sum, each) => sum + each ** 2, 0) / off.length);
    expect(spread).toBeGreaterThan(0.2);
    expect(spread).toBeLessThan(2);
    const beyond = measured.filter(
      ({ rate, sigma }) => Math.abs(rate - 40e-6) > TOLERANCE + SIGMAS * sigma,
    );
    expect(beyond).toEqual([]);
  });

  it('stays what was known as long as a burst of probes leaves it open', () => {
    const known = { rate: 30e-6, sigma: 5e-6 };
    const burst = drifts(8, -500, 10, seededRandom(SEED), { known, everyMs: 150 });
    const { rate, sigma } = lastOf(burst);
    expect(Math.abs(rate - known.rate)).toBeLessThan(known.sigma);
    expect(sigma).toBeLessThan(1.5 * known.sigma);
  });

  it('finds a clock that is much worse than most', () => {
    const { rate } = lastOf(drifts(60, 300, 1, seededRandom(SEED)));
    expect(rate * 1e6).toBeCloseTo(300, -1);
  });

  it('is remembered over a break, less surely', () => {
    const drift = { rate: 30e-6, sigma: 1e-6 };
    expect(remembered(drift).rate).toBe(drift.rate);
    expect(remembered(drift).sigma).toBeGreaterThan(10e-6);
    expect(remembered(UNKNOWN_DRIFT)).toEqual(UNKNOWN_DRIFT);
  });
});
