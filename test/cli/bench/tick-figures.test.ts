import { describe, expect, test } from '@jest/globals';
import { tickFigures } from '../../../src/cli/bench/tick-figures.js';
import { mergeTicks, TickWatch } from '../../../src/cli/bench/tick-watch.js';

/**
 * Ticks from 100 on that reach 2 clients 1 ms apart. @param at first arrival, ms after the first
 */
function ticks(count: number, at: (i: number) => number) {
  return Array.from({ length: count }, (_, i) => {
    const first = 5e9 + at(i) * 1e3;
    return { n: 100 + i, first, last: first + 1000, count: 2 };
  });
}

describe('tick figures', () => {
  test('of a perfect clock are zero', () => {
    expect(
      tickFigures(
        ticks(30, (i) => i * 250),
        2,
      ),
    ).toEqual({
      count: 30,
      missed: 0,
      periodMs: 250,
      spreadMs: { p50: 1, p99: 1 },
      latenessMs: { p50: 0, p99: 0, max: 0 },
      driftPpm: 0,
    });
  });

  test('tell how late a tick was against the promptest', () => {
    const figures = tickFigures(
      ticks(40, (i) => i * 100 + (i === 7 ? 5 : 0.5)),
      2,
    );
    expect(figures?.latenessMs.p50).toBeCloseTo(0);
    expect(figures?.latenessMs.max).toBeCloseTo(4.5);
    expect(figures?.driftPpm).toBeCloseTo(0);
  });

  test('tell drift, which one late tick does not hide', () => {
    const drifting = ticks(600, (i) => i * 1000 * (1 + 20e-6) + (i === 599 ? 400 : 0));
    const figures = tickFigures(drifting, 2);
    expect(figures?.periodMs).toBe(1000);
    expect(figures?.driftPpm).toBeCloseTo(20, 1);
  });

  test('leave drift out where a few ticks would make it up', () => {
    const rough = (count: number) => ticks(count, (i) => i * 1000 + (i % 3) / 10);
    const few = tickFigures(rough(29), 2);
    expect(JSON.parse(JSON.stringify(few))).toMatchObject({ count: 29, driftPpm: null });
    expect(tickFigures(rough(30), 2)?.driftPpm).toEqual(expect.any(Number));
    expect(tickFigures(rough(30), 2)?.driftPpm).not.toBeNaN();
  });

  test('take the roundest period that a short and rough run allows', () => {
    expect(
      tickFigures(
        ticks(4, (i) => i * 1000 + (i === 3 ? 80 : 0)),
        2,
      )?.periodMs,
    ).toBe(1000);
    expect(
      tickFigures(
        ticks(600, (i) => i * 997),
        2,
      )?.periodMs,
    ).toBe(997);
    expect(
      tickFigures(
        ticks(100, (i) => i * 10 + (i % 3) / 10),
        2,
      )?.periodMs,
    ).toBe(10);
  });

  test('count numbers that nobody got, and ticks that did not reach all', () => {
    const some = ticks(10, (i) => i * 100).filter((tick) => tick.n !== 105);
    for (const tick of some) if (tick.n === 103) tick.count = 1;
    expect(tickFigures(some, 2)).toMatchObject({ count: 8, missed: 1, periodMs: 100 });
  });

  test('need two ticks', () => {
    expect(tickFigures([], 2)).toBeUndefined();
    expect(
      tickFigures(
        ticks(1, () => 0),
        2,
      ),
    ).toBeUndefined();
  });
});

describe('tick watch', () => {
  test('joins what two threads saw of a tick', () => {
    const [one, other] = [new TickWatch(), new TickWatch()];
    one.arrived(1, 10);
    one.arrived(1, 12);
    other.arrived(2, 1010);
    other.arrived(1, 9);
    expect(mergeTicks([one.records(), other.records()])).toEqual([
      { n: 1, first: 9, last: 12, count: 3 },
      { n: 2, first: 1010, last: 1010, count: 1 },
    ]);
  });
});
