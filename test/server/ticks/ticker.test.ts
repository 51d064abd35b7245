import { describe, expect, it } from '@jest/globals';
import { timeOfTick } from '../../../src/clock/timeline.js';
import { Ticker } from '../../../src/server/ticks/ticker.js';
import { FakeTime } from '../../support/fake-time.js';

function tickerAt(start: number, period = 1000) {
  const time = new FakeTime(start);
  const emitted: number[] = [];
  const lateness: number[] = [];
  const timeline = { epoch: 1000, period };
  const ticker = new Ticker(timeline, time, (n) => {
    emitted.push(n);
    lateness.push(time.now() - timeOfTick(timeline, n));
  });
  return { time, ticker, emitted, lateness };
}

describe('ticker', () => {
  it('emits tick 0 at start and every tick at its boundary', () => {
    const { time, ticker, emitted, lateness } = tickerAt(1000);
    ticker.start();
    time.advance(4000);
    expect(emitted).toEqual([0, 1, 2, 3, 4]);
    expect(lateness).toEqual([0, 0, 0, 0, 0]);
    expect(ticker.skipped).toBe(0);
  });

  it('does not drift when every timer fires late', () => {
    const { time, ticker, emitted, lateness } = tickerAt(1000, 100);
    ticker.start();
    time.advance(100_050, 30);
    expect(emitted).toEqual(Array.from({ length: 1001 }, (_, n) => n));
    expect(Math.max(...lateness)).toBe(30);
  });

  it('arms again when woken early', () => {
    const { time, ticker, emitted } = tickerAt(1000, 5000);
    ticker.start();
    time.advance(4999.5); // waits of a second, each woken early
    expect(emitted).toEqual([0]);
    expect(time.armed).toBe(1);
    time.advance(0.5);
    expect(emitted).toEqual([0, 1]);
  });

  it('emits the current tick once and counts the skipped ones when woken late', () => {
    const { time, ticker, emitted } = tickerAt(1000);
    ticker.start();
    time.advance(1000);
    time.jump(3400);
    time.advance(0);
    expect(emitted).toEqual([0, 1, 4]);
    expect(ticker.skipped).toBe(2);
    time.advance(600);
    expect(emitted).toEqual([0, 1, 4, 5]);
  });

  it('misses no boundary that passes between two readings of the clock', () => {
    const readings = [1000, 1000, 1000, 1999.99, 2000.01]; // woken early: before tick 1, then after
    const waits: number[] = [];
    let wake = (): void => {};
    const clock = {
      now: () => readings.shift() ?? NaN,
      adjust: () => {},
      setTimer: (next: () => void, delayMs: number) => {
        wake = next;
        waits.push(delayMs);
        return () => {};
      },
    };
    const ticker = new Ticker({ epoch: 1000, period: 1000 }, clock, () => {});
    ticker.start();
    wake();
    expect(readings).toEqual([]);
    expect(waits).toEqual([1000, 0]);
  });

  it('never repeats or goes back when time does', () => {
    const { time, ticker, emitted } = tickerAt(1000);
    ticker.start();
    time.advance(2000);
    time.jump(-1500);
    time.advance(1600);
    expect(emitted).toEqual([0, 1, 2]);
    time.advance(900);
    expect(emitted).toEqual([0, 1, 2, 3]);
  });

  it('starts with the current number on a timeline that began long ago', () => {
    const { time, ticker, emitted } = tickerAt(61_250);
    ticker.start();
    time.advance(750);
    expect(emitted).toEqual([60, 61]);
    expect(ticker.skipped).toBe(0);
  });

  it('emits nothing after stop, not even when stopped by a tick', () => {
    const time = new FakeTime(0);
    const emitted: number[] = [];
    const ticker: Ticker = new Ticker({ epoch: 0, period: 1000 }, time, (n) => {
      emitted.push(n);
      if (n === 1) ticker.stop();
    });
    ticker.start();
    time.advance(5000);
    expect(emitted).toEqual([0, 1]);
    expect(time.armed).toBe(0);
  });
});
