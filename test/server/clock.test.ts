import { describe, expect, it } from '@jest/globals';
import { ServerClock } from '../../src/server/clock.js';

function clockOf() {
  const time = { wallMs: 1_800_000_000_000, monotonicMs: 5000, sinceBootMs: 90_000 };
  const clock = new ServerClock({
    wall: () => time.wallMs,
    monotonic: () => time.monotonicMs,
    sinceBoot: () => time.sinceBootMs,
  });
  const pass = (ms: number): void => {
    time.wallMs += ms;
    time.monotonicMs += ms;
    time.sinceBootMs += ms;
  };
  return { time, clock, pass };
}

describe('server clock', () => {
  it('starts at the wall clock and goes on with the monotonic one', () => {
    const { clock, pass } = clockOf();
    pass(250.5);
    expect(clock.now()).toBe(1_800_000_000_250.5);
  });

  it.each([-3_600_000, 3_600_000])('takes no notice of a wall clock set by %d ms', (step) => {
    const { clock, time, pass } = clockOf();
    time.wallMs += step;
    pass(1000);
    clock.noticeSleep();
    expect(clock.now()).toBe(1_800_000_001_000);
  });

  it('jumps forward by the time the machine slept', () => {
    const { clock, time, pass } = clockOf();
    pass(1000);
    time.sinceBootMs += 7_200_000; // the monotonic clock stood still
    clock.noticeSleep();
    expect(clock.now()).toBe(1_800_000_001_000 + 7_200_000);
    clock.noticeSleep();
    expect(clock.now()).toBe(1_800_000_001_000 + 7_200_000);
  });

  it('does not take the coarseness of the boot clock for sleep', () => {
    const { clock, time } = clockOf();
    for (let i = 0; i < 1000; i++) {
      time.monotonicMs += 9.9;
      time.sinceBootMs = 90_000 + Math.floor((time.monotonicMs - 5000) / 10) * 10;
      clock.noticeSleep();
    }
    expect(clock.now()).toBeCloseTo(1_800_000_009_900, 3);
  });
});
