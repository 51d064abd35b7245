import { describe, expect, it } from '@jest/globals';
import { EARLY_SLEW, SLEW, SlewedTime } from '../../src/clock/slewed-time.js';

function estimate(at: number, offset: number, rate = 0) {
  return { at, offset, error: 2, rate, ageing: 1e-5 };
}

describe('slewed time', () => {
  it('makes up for 1 ms in 2 s, evenly', () => {
    const time = new SlewedTime(estimate(0, 1000));
    time.follow(estimate(10_000, 1001), SLEW);
    expect(time.at(10_000)).toBe(11_000);
    expect(time.at(11_000)).toBeCloseTo(12_000.5, 9);
    expect(time.at(12_000)).toBeCloseTo(13_001, 9);
    expect(time.at(20_000)).toBeCloseTo(21_001, 9);
  });

  it('makes up for it four times as fast at first', () => {
    const time = new SlewedTime(estimate(0, 1000));
    time.follow(estimate(10_000, 1001), EARLY_SLEW);
    expect(time.at(10_250)).toBeCloseTo(11_250.5, 9);
    time.follow(estimate(10_250, 1001), SLEW);
    expect(time.at(10_250)).toBeCloseTo(11_250.5, 9);
    expect(time.at(11_250)).toBeCloseTo(12_251, 9);
  });

  it('counts what isn’t slewed yet, and age, as error', () => {
    const time = new SlewedTime(estimate(0, 1000));
    time.follow(estimate(10_000, 1001), SLEW);
    expect(time.error(10_000)).toBeCloseTo(3, 9);
    expect(time.error(12_000)).toBeCloseTo(2.02, 9);
  });

  it('steps forward at once, and back by standing still', () => {
    const time = new SlewedTime(estimate(0, 1000));
    time.step(estimate(10_000, 1600));
    expect(time.at(10_000)).toBe(11_600);
    time.step(estimate(10_000, 1000));
    expect(time.at(10_000)).toBe(11_600);
    expect(time.error(10_000)).toBeCloseTo(602, 9);
    expect(time.at(10_500)).toBe(11_600);
    expect(time.at(10_700)).toBe(11_700);
  });

  it('does not take standing still for being ahead', () => {
    const time = new SlewedTime(estimate(0, 1000));
    time.step(estimate(10_000, 400));
    time.follow(estimate(10_100, 400.01), SLEW);
    expect(time.at(10_700)).toBeCloseTo(11_100.01, 9);
  });

  it('runs at the rate of the server’s clock', () => {
    const time = new SlewedTime(estimate(0, 1000, 1e-4));
    expect(time.at(10_000)).toBeCloseTo(11_001, 9);
  });
});
