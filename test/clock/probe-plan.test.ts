import { describe, expect, it } from '@jest/globals';
import { ProbePlan } from '../../src/clock/probe-plan.js';

const MINUTE = 60_000;

/** Bytes of a probe and its answer, with the headers of TCP and IP. */
const EXCHANGE_BYTES = 200;

/** Times of the probes of a plan that begins at 0, ms; `random` spreads them. */
function probesOf(plan: ProbePlan, untilMs: number, random: () => number): number[] {
  const times = [];
  for (let at = 0; at < untilMs; at += plan.sent(at, random)) times.push(at);
  return times;
}

describe('probe plan', () => {
  it.each([
    [0, 150],
    [4000, 150],
    [6000, 200],
    [15_000, 500],
    [30_000, 1000],
    [MINUTE - 30, 1999],
    [MINUTE, 5000],
    [5 * MINUTE, 5000],
    [10 * MINUTE, 5000],
    [30 * MINUTE, 15_000],
    [600 * MINUTE, 30_000],
  ])('%d ms after its start waits %d ms', (local, waitMs) => {
    expect(new ProbePlan(0).sent(local, () => 0.5)).toBe(waitMs);
  });

  it('spreads the clients', () => {
    const plan = new ProbePlan(0);
    expect(plan.sent(600 * MINUTE, () => 0)).toBe(22_500);
    expect(plan.sent(600 * MINUTE, () => 0.999_999)).toBeCloseTo(37_500, 0);
  });

  it('costs less than 1 KB/s in the first minute and 40 bytes/s later', () => {
    const times = probesOf(new ProbePlan(0), 60 * MINUTE, () => 0.5);
    const bytesFrom = (from: number, to: number): number =>
      (times.filter((at) => at >= from && at < to).length * EXCHANGE_BYTES * 1000) / (to - from);
    expect(bytesFrom(0, MINUTE)).toBeLessThan(500);
    expect(bytesFrom(MINUTE, 10 * MINUTE)).toBeLessThanOrEqual(40);
    expect(bytesFrom(10 * MINUTE, 60 * MINUTE)).toBeLessThan(20);
  });

  it.each([
    [2, 1000],
    [20, 150],
    [0, 150],
  ])('takes half of a rate limit of %d at most', (rate, waitMs) => {
    expect(new ProbePlan(0, rate).sent(1000, () => 0.5)).toBe(waitMs);
  });

  it('starts a burst when asked, but not one after the other', () => {
    const plan = new ProbePlan(0);
    expect(plan.burst(4999)).toBe(false);
    expect(plan.burst(60_000)).toBe(true);
    expect(plan.sent(61_000, () => 0.5)).toBe(150);
    expect(plan.burst(64_999)).toBe(false);
    expect(plan.sent(90_000, () => 0.5)).toBe(1000);
    expect(plan.burst(90_000)).toBe(true);
  });
});
