import { describe, expect, it } from '@jest/globals';
import type { Exchange } from '../../src/clock/exchange.js';
import { ProbeFilter } from '../../src/clock/probe-filter.js';

/** A probe sent at `t0` that took so long each way, to a server that is 1,000 ms ahead. */
function probe(t0: number, up: number, down: number, ahead = 1000): Exchange {
  const t1 = t0 + up + ahead;
  return { t0, t1, t2: t1, t3: t0 + up + down };
}

describe('probe filter', () => {
  it('takes the fastest way there and the fastest way back, of whichever probes', () => {
    const filter = new ProbeFilter(0);
    filter.add(probe(0, 10, 90));
    const estimate = filter.add(probe(200, 90, 10));
    expect(estimate?.offset).toBeCloseTo(1000, 0);
    expect(estimate?.error).toBeCloseTo(10, 0);
  });

  it('has an error of half the round trip after one probe', () => {
    const estimate = new ProbeFilter(0).add(probe(0, 30, 10));
    expect(estimate?.offset).toBeCloseTo(1010, 1);
    expect(estimate?.error).toBeCloseTo(20, 1);
  });

  it('lets old luck give way to new data', () => {
    const filter = new ProbeFilter(0);
    const lucky = filter.add(probe(0, 1, 1));
    const later = filter.add(probe(60_000, 20, 20));
    expect(later?.error).toBeGreaterThan(lucky?.error ?? NaN);
    expect(later?.error).toBeLessThan(20);
    const muchLater = filter.add(probe(600_000, 20, 20));
    expect(muchLater?.error).toBeCloseTo(20, 0);
  });

  it('says when a probe contradicts the others', () => {
    const filter = new ProbeFilter(0);
    filter.add(probe(0, 10, 10));
    expect(filter.add(probe(1000, 10, 10, 1100))).toBeUndefined();
    const other = new ProbeFilter(0);
    other.add(probe(0, 10, 10));
    expect(other.add(probe(1000, 10, 10, 1009))).toBeDefined();
  });

  it('takes what a frame says into the bound, not into the middle', () => {
    const [filter, deaf] = [new ProbeFilter(0), new ProbeFilter(0)];
    for (const each of [filter, deaf]) each.add(probe(0, 30, 10));
    filter.hear(100, 999);
    const estimate = filter.add(probe(200, 30, 10));
    const without = deaf.add(probe(200, 30, 10));
    expect(estimate?.offset).toBe(without?.offset);
    expect(without?.error).toBeCloseTo(20, 1);
    expect(estimate?.error).toBeCloseTo(20, 1); // the offset may be as high as before
    filter.hear(300, 1020);
    const squeezed = filter.add(probe(400, 30, 10));
    expect(squeezed?.offset).toBeCloseTo(1020, 1);
    expect(squeezed?.error).toBeCloseTo(10, 1);
  });

  it('takes the coarseness of the local clock for possible, and into the error', () => {
    const filter = new ProbeFilter(1);
    const sameMillisecond = { t0: 5, t1: 1005.9, t2: 1006.1, t3: 5 };
    expect(filter.add(sameMillisecond)?.error).toBeCloseTo(0.9, 1);
  });
});
