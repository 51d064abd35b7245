import { describe, expect, it } from '@jest/globals';
import { ServerClock } from '../../../src/server/ticks/server-clock.js';

function clockOf() {
  const corrections: number[] = [];
  const time = { wallMs: 1_800_000_000_000, monotonicMs: 5000, sinceBootMs: 90_000 };
  const sources = {
    wall: () => time.wallMs,
    monotonic: () => time.monotonicMs,
    sinceBoot: () => time.sinceBootMs,
  };
  const clock = new ServerClock(sources, (ms) => corrections.push(ms));
  const pass = (ms: number): void => {
    time.wallMs += ms;
    time.monotonicMs += ms;
    time.sinceBootMs += ms;
  };
  /** Time passes while a ticker calls. */
  const seconds = (count: number): void => {
    for (let i = 0; i < count; i += 1) {
      pass(1000);
      clock.adjust();
    }
  };
  return { time, clock, pass, seconds, corrections };
}

describe('server clock', () => {
  it('starts at the wall clock and continues with the monotonic clock', () => {
    const { clock, pass } = clockOf();
    pass(250.5);
    expect(clock.now()).toBe(1_800_000_000_250.5);
  });

  it.each([-3_600_000, 3_600_000])(
    'ignores a wall clock that is set by %d ms, and back',
    (step) => {
      const { clock, time, seconds } = clockOf();
      time.wallMs += step;
      seconds(59);
      time.wallMs -= step;
      seconds(200);
      expect(clock.now()).toBe(1_800_000_259_000);
    },
  );

  it('steps to a wall clock that was set forward a minute ago', () => {
    const { clock, time, seconds, corrections } = clockOf();
    time.wallMs += 86_400_000;
    seconds(58);
    expect(clock.now()).toBe(1_800_000_058_000);
    seconds(10);
    expect(clock.now()).toBe(time.wallMs);
    expect(corrections).toEqual([86_400_000]);
    seconds(300);
    expect(clock.now()).toBe(time.wallMs);
  });

  it.each([-60, 60, -300])('slews after a wall clock that was set by %d ms', (step) => {
    const { clock, time, seconds } = clockOf();
    time.wallMs += step;
    let last = clock.now();
    let fastest = 0;
    for (let passedS = 0; passedS < Math.abs(step) * 100 + 62; passedS += 1) {
      seconds(1);
      const now = clock.now();
      fastest = Math.max(fastest, Math.abs(now - last - 1000));
      last = now;
    }
    expect(last).toBe(time.wallMs);
    expect(fastest).toBeLessThan(0.0101);
  });

  it('goes on slewing over a sleep and over a step forward', () => {
    const { clock, time, seconds } = clockOf();
    time.wallMs -= 100;
    seconds(100); // 40 s of slewing: 0.4 ms
    const before = clock.now();
    time.sinceBootMs += 7_200_000;
    time.wallMs += 7_200_000;
    seconds(1);
    expect(clock.now() - before).toBeCloseTo(7_201_000 - 0.01, 3);
    time.wallMs += 10_000;
    seconds(62);
    expect(clock.now() - before).toBeCloseTo(7_273_000 - 0.63, 1);
    seconds(10_000);
    expect(clock.now()).toBe(time.wallMs);
  });

  it('follows the correction that came last', () => {
    const { clock, time, seconds, corrections } = clockOf();
    for (let i = 0; i < 10; i += 1) {
      time.wallMs += 5000;
      seconds(30);
    }
    seconds(62);
    expect([clock.now(), corrections]).toEqual([time.wallMs, [50_000]]);
  });

  it('jumps forward by the time the machine slept', () => {
    const { clock, time, pass } = clockOf();
    pass(1000);
    time.sinceBootMs += 7_200_000; // the monotonic clock stood still
    clock.adjust();
    expect(clock.now()).toBe(1_800_000_001_000 + 7_200_000);
    clock.adjust();
    expect(clock.now()).toBe(1_800_000_001_000 + 7_200_000);
  });

  it('does not mistake the resolution of the boot clock for sleep', () => {
    const { clock, time } = clockOf();
    for (let i = 0; i < 1000; i++) {
      time.monotonicMs += 9.9;
      time.sinceBootMs = 90_000 + Math.floor((time.monotonicMs - 5000) / 10) * 10;
      clock.adjust();
    }
    expect(clock.now()).toBeCloseTo(1_800_000_009_900, 3);
  });
});
