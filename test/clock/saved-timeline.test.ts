import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { continueTimeline } from '../../src/clock/saved-timeline.js';
import { tickAt, timeOfTick } from '../../src/clock/timeline.js';

const SAVED = { epoch: 1_000_000, period: 1000, highest: 50 };

describe('a saved timeline', () => {
  it('begins now when there is none', () => {
    expect(continueTimeline(undefined, 250, 7.9)).toEqual({ epoch: 7, period: 250 });
  });

  it.each([
    ['long after', 5_000_000],
    ['within the last tick', 1_050_400],
    ['at the next boundary', 1_051_000],
    ['a little before the last reserved tick, after a crash', 1_048_000],
  ])('goes on with its grid %s', (_when, now) => {
    expect(continueTimeline(SAVED, 1000, now)).toEqual({ epoch: 1_000_000, period: 1000 });
  });

  it('goes on with the next number when the clock was set back', () => {
    const timeline = continueTimeline(SAVED, 1000, 500_000.7);
    expect(tickAt(timeline, 500_000.7)).toBe(51);
    expect(timeOfTick(timeline, 51)).toBe(500_000);
  });

  it('goes on with the next number when the period has changed', () => {
    const timeline = continueTimeline(SAVED, 250, 2_000_000);
    expect(timeline.period).toBe(250);
    expect(tickAt(timeline, 2_000_000)).toBe(51);
  });

  it('never gives a number that was emitted before, and never makes one wait for long', () => {
    const saved = fc.record({
      epoch: fc.integer({ min: 0, max: 2e12 }),
      period: fc.integer({ min: 10, max: 3_600_000 }),
      highest: fc.integer({ min: 0, max: 1e6 }),
    });
    const starts = fc.double({ min: 0, max: 4e12, noNaN: true });
    const periods = fc.option(fc.integer({ min: 10, max: 3_600_000 }), { nil: undefined });
    fc.assert(
      fc.property(saved, starts, periods, (old, now, changed) => {
        const period = changed ?? old.period;
        const timeline = continueTimeline(old, period, now);
        expect(Number.isInteger(timeline.epoch)).toBe(true);
        const next = Math.max(tickAt(timeline, now), old.highest + 1);
        expect(timeOfTick(timeline, next) - now).toBeLessThanOrEqual(Math.max(period, 5000));
      }),
    );
  });
});
