import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextBoundary, tickAt, timeOfTick } from '../../src/clock/timeline.js';

const second = { epoch: 1_800_000_000_000, period: 1000 };

describe('timeline', () => {
  it.each([
    [0, 0],
    [0.001, 0],
    [999.999, 0],
    [1000, 1],
    [1000.25, 1],
    [59_999, 59],
    [-0.5, -1],
    [-1000, -1],
  ])('%d ms after the epoch it is tick %d', (elapsed, n) => {
    expect(tickAt(second, second.epoch + elapsed)).toBe(n);
  });

  it.each([
    [0, 1000],
    [999.5, 1000],
    [1000, 2000],
    [-0.5, 0],
  ])('%d ms after the epoch the next boundary is at %d ms', (elapsed, boundary) => {
    expect(nextBoundary(second, second.epoch + elapsed)).toBe(second.epoch + boundary);
  });

  const timelines = fc.record({
    epoch: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    period: fc.integer({ min: 10, max: 3_600_000 }),
  });

  it('gives every boundary to the tick that begins there, exactly', () => {
    fc.assert(
      fc.property(timelines, fc.nat(1_000_000), (timeline, n) => {
        const boundary = timeOfTick(timeline, n);
        expect(tickAt(timeline, boundary)).toBe(n);
        expect(tickAt(timeline, boundary - 0.01)).toBe(n - 1);
      }),
    );
  });

  it('has the next boundary after now and at most a period away', () => {
    fc.assert(
      fc.property(timelines, fc.double({ min: 0, max: 1e12, noNaN: true }), (timeline, elapsed) => {
        const now = timeline.epoch + elapsed;
        const wait = nextBoundary(timeline, now) - now;
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(timeline.period);
      }),
    );
  });
});
