import { describe, expect, test } from '@jest/globals';
import { Histogram } from '../../../src/cli/bench/histogram.js';

describe('histogram', () => {
  test('is empty to begin with', () => {
    const histogram = Histogram.create();
    expect(histogram.count).toBe(0);
    expect(histogram.quantile(0.99)).toBe(0);
    expect(histogram.max).toBe(0);
  });

  test('tells small values exactly', () => {
    const histogram = Histogram.create();
    for (let value = 1; value <= 100; value += 1) histogram.record(value);
    expect([0.5, 0.9, 0.99, 1].map((share) => histogram.quantile(share))).toEqual([
      50, 90, 99, 100,
    ]);
  });

  test.each([255, 256, 257, 1000, 65_535, 1_000_000, 2 ** 31, 2 ** 32, 2 ** 35 + 12_345])(
    'tells %d within 1/1000',
    (value) => {
      const histogram = Histogram.create();
      histogram.record(value);
      histogram.record(2 ** 36 - 1); // so that the quantile isn't cut at the maximum
      const told = histogram.quantile(0.5);
      expect(told).toBeGreaterThanOrEqual(value);
      expect(told - value).toBeLessThanOrEqual(value / 1000);
    },
  );

  test('never goes back from one value to the next larger', () => {
    let last = 0;
    for (let value = 0; value < 100_000; value += 7) {
      const histogram = Histogram.create();
      histogram.record(value);
      histogram.record(2 ** 36 - 1);
      expect(histogram.quantile(0.5)).toBeGreaterThanOrEqual(last);
      last = histogram.quantile(0.5);
    }
  });

  test('keeps the maximum to the unit and never tells more', () => {
    const histogram = Histogram.create();
    histogram.record(1_000_001);
    expect(histogram.max).toBe(1_000_001);
    expect(histogram.quantile(1)).toBe(1_000_001);
  });

  test('takes what is out of range to its ends', () => {
    const histogram = Histogram.create();
    histogram.record(-5);
    histogram.record(2 ** 50);
    expect(histogram.quantile(0.5)).toBe(0);
    expect(histogram.max).toBe(2 ** 36 - 1);
  });

  test('adds up what two threads counted', () => {
    const one = Histogram.create();
    const other = Histogram.create();
    one.record(10);
    other.record(20);
    other.record(3_000_001);
    one.add(Histogram.fromRecord(structuredClone(other.toRecord())));
    expect(one.count).toBe(3);
    expect(one.quantile(0.5)).toBe(20);
    expect(one.max).toBe(3_000_001);
  });
});
