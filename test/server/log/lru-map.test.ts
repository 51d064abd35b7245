import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LruMap } from '../../../src/server/log/lru-map.js';

describe('LRU map', () => {
  it('keeps the keys that were used last', () => {
    const evicted: string[] = [];
    const map = new LruMap<string, string>(2, (value) => evicted.push(value));
    for (const key of ['a', 'b', 'a', 'c']) map.use(key, () => key.toUpperCase());
    expect(evicted).toEqual(['B']);
    expect(['a', 'b', 'c'].map((key) => map.peek(key))).toEqual(['A', undefined, 'C']);
  });

  it('does as a plain model does', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 100 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), keys, (max, uses) => {
        const map = new LruMap<number, number>(max);
        const model: number[] = [];
        for (const key of uses) {
          map.use(key, () => key);
          const at = model.indexOf(key);
          if (at !== -1) model.splice(at, 1);
          model.push(key);
          if (model.length > max) model.shift();
        }
        const kept = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((key) => map.peek(key) !== undefined);
        expect(kept).toEqual(model.toSorted((a, b) => a - b));
      }),
    );
  });
});
