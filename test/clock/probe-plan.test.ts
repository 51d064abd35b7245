import { describe, expect, it } from '@jest/globals';
import { ProbePlan } from '../../src/clock/probe-plan.js';

/** Waits after each of the next `count` probes, ms. */
function waits(plan: ProbePlan, count: number, random = () => 0.5): number[] {
  return Array.from({ length: count }, () => plan.sent(random));
}

describe('probe plan', () => {
  it('begins with a burst of 8, then probes every 10 to 30 s', () => {
    const plan = new ProbePlan(0);
    expect(waits(plan, 10)).toEqual([...Array<number>(7).fill(150), 20_000, 20_000, 20_000]);
    expect(plan.sent(() => 0)).toBe(10_000);
    expect(plan.sent(() => 0.999_999)).toBeCloseTo(30_000, 0);
  });

  it('starts a burst when asked, but not one after the other', () => {
    const plan = new ProbePlan(0);
    waits(plan, 8);
    expect(plan.burst(1049)).toBe(false); // the first has not ended
    expect(plan.burst(1050)).toBe(true);
    waits(plan, 8);
    expect(plan.burst(6049)).toBe(false);
    expect(plan.sent(() => 0)).toBe(10_000);
    expect(plan.burst(6050)).toBe(true);
    expect(waits(plan, 8)).toEqual([...Array<number>(7).fill(150), 20_000]);
    expect(plan.burst(9999)).toBe(false);
  });
});
