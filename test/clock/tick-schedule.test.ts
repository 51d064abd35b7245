import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TickSchedule } from '../../src/clock/tick-schedule.js';

const second = { epoch: 1_800_000_000_000, period: 1000 };

/** Server time so many ms after the epoch. */
function at(ms: number): number {
  return second.epoch + ms;
}

describe('tick schedule', () => {
  it('has the current tick due at first, and how late it is', () => {
    const schedule = new TickSchedule(second);
    expect(schedule.due(at(5250))).toEqual({ n: 5, skipped: 0, lateMs: 250 });
  });

  it('has each tick due once, at its boundary, when called too early and too often', () => {
    const schedule = new TickSchedule(second);
    schedule.due(at(5000));
    expect(schedule.due(at(5999.9))).toBeUndefined();
    expect(schedule.due(at(6000))).toEqual({ n: 6, skipped: 0, lateMs: 0 });
    expect(schedule.due(at(6000))).toBeUndefined();
    expect(schedule.next(at(6000))).toBe(at(7000));
  });

  it('passes over what was missed', () => {
    const schedule = new TickSchedule(second);
    schedule.due(at(5000));
    expect(schedule.due(at(65_400))).toEqual({ n: 65, skipped: 59, lateMs: 400 });
  });

  it('waits for the next new tick when time was before the last one', () => {
    const schedule = new TickSchedule(second);
    schedule.due(at(5000));
    expect(schedule.due(at(3500))).toBeUndefined();
    expect(schedule.next(at(3500))).toBe(at(6000));
  });

  it('has nothing due while the time is not known', () => {
    expect(new TickSchedule(second).due(NaN)).toBeUndefined();
  });

  it('counts the frames that came before they could have', () => {
    const schedule = new TickSchedule(second);
    expect(schedule.agrees(6, at(5998), 2)).toBe(true);
    expect(schedule.agrees(6, at(6600), 2)).toBe(true);
    expect(schedule.disagreements).toBe(0);
    expect(schedule.agrees(6, at(5997.9), 2)).toBe(false);
    expect(schedule.disagreements).toBe(1);
  });

  it('only ever counts up, and what it skips makes no gap, however the clock is read', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (times) => {
        const schedule = new TickSchedule(second);
        const ticks = times.flatMap((time) => schedule.due(at(time)) ?? []);
        for (const [index, { n, skipped }] of ticks.entries()) {
          const last = ticks[index - 1];
          if (last !== undefined) expect(n).toBe(last.n + 1 + skipped);
        }
        for (const time of times) expect(schedule.next(at(time))).toBeGreaterThan(at(time));
      }),
    );
  });
});
