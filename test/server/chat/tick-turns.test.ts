import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { SPARSE_TICK_MS } from '../../../src/protocol/v1.js';
import { TickTurns } from '../../../src/server/chat/tick-turns.js';

/** Turns of `names`, all of one group, and the names that get a tick. */
function turnsOf(periodMs: number, names: readonly string[] = []) {
  const turns = new TickTurns<string, 'group'>(periodMs);
  const take = (n: number): string[] => [...(turns.take(n).get('group') ?? [])];
  for (const name of names) turns.add(name, 'group');
  return { turns, take };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `peer ${i}`);

describe('tick turns', () => {
  it.each([
    { periodMs: 1, every: 5000 },
    { periodMs: 10, every: 500 },
    { periodMs: 100, every: 50 },
    { periodMs: 999, every: 5 },
    { periodMs: 1000, every: 5 },
    { periodMs: 1001, every: 4 },
    { periodMs: 2500, every: 2 },
    { periodMs: 2501, every: 1 },
    { periodMs: 5000, every: 1 },
    { periodMs: 3_600_000, every: 1 },
  ])('give every $every th tick where a tick takes $periodMs ms', ({ periodMs, every }) => {
    const { take } = turnsOf(periodMs, ['ann']);
    const got: number[] = [];
    for (let n = 0; n <= 2 * every + 1; n += 1) if (take(n).length > 0) got.push(n);
    expect(got[0]).toBe(0);
    const afterTheFirst = got.slice(1);
    expect(afterTheFirst.slice(0, 2)).toEqual([
      afterTheFirst[0],
      (afterTheFirst[0] ?? NaN) + every,
    ]);
  });

  it('give a new subscriber the next tick, and spread many evenly after that', () => {
    const { take } = turnsOf(100, names(1000));
    expect(take(7)).toHaveLength(1000);
    for (let n = 8; n < 108; n += 1) expect(take(n)).toHaveLength(20);
  });

  it('give nothing to one that has left', () => {
    const { turns, take } = turnsOf(1000, ['ann', 'ben']);
    turns.delete('ann');
    turns.delete('nobody');
    expect(take(0)).toEqual(['ben']);
    turns.delete('ben');
    for (let n = 1; n < 20; n += 1) expect(take(n)).toEqual([]);
  });

  it('give a tick once, by group', () => {
    const turns = new TickTurns<string, string>(5000);
    for (const name of ['a1', 'a2', 'b1']) turns.add(name, name.slice(0, 1));
    for (const n of [0, 1]) {
      expect([...turns.take(n)]).toEqual([
        ['a', new Set(['a1', 'a2'])],
        ['b', new Set(['b1'])],
      ]);
    }
  });

  it.each([
    { skipped: 0, gets: 20 },
    { skipped: 4, gets: 100 },
    { skipped: 9, gets: 200 },
    { skipped: 10, gets: 1000 },
    { skipped: 100_000, gets: 1000 },
  ])('after $skipped skipped ticks of 100 ms give $gets of 1000 the next', ({ skipped, gets }) => {
    const { take } = turnsOf(100, names(1000));
    take(0);
    expect(take(1 + skipped)).toHaveLength(gets);
  });

  it('let nobody wait for more than 5 s of server time, whatever joins, leaves and is skipped', () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom('tick', 'join') },
      fc.record({ skip: fc.nat({ max: 30 }) }),
      fc.record({ leave: fc.nat() }),
    );
    const steps = fc.array(step, { maxLength: 300 });
    fc.assert(
      fc.property(fc.constantFrom(10, 100, 700, 1000, 6000), steps, (periodMs, all) => {
        const { turns, take } = turnsOf(periodMs);
        /** Number of the last tick of each; undefined before the first. */
        const last = new Map<string, number | undefined>();
        let n = 0;
        for (const [i, one] of all.entries()) {
          if (one === 'join') {
            turns.add(`${i}`, 'group');
            last.set(`${i}`, undefined);
          } else if (typeof one === 'object' && 'leave' in one) {
            const name = [...last.keys()][one.leave % last.size] ?? '';
            turns.delete(name);
            last.delete(name);
          } else {
            const skipped = one === 'tick' ? 0 : one.skip;
            n += 1 + skipped;
            const due = new Set(take(n));
            for (const name of due) expect(last.has(name)).toBe(true);
            const longestMs = Math.max(periodMs, SPARSE_TICK_MS) + skipped * periodMs;
            for (const [name, before] of last) {
              if (due.has(name)) last.set(name, n);
              else expect((n - (before ?? -Infinity)) * periodMs).toBeLessThan(longestMs);
            }
          }
        }
      }),
    );
  });
});
