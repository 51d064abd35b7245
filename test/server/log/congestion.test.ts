import { describe, expect, it } from '@jest/globals';
import { Congestion } from '../../../src/server/log/congestion.js';

describe('congestion', () => {
  it('begins over the bound, and ends at half of it', async () => {
    const congestion = new Congestion(100);
    const seen: string[] = [];
    congestion.add(100);
    expect(congestion.congested).toBe(false);
    await congestion.relieved(); // at once
    congestion.add(1);
    expect([congestion.congested, congestion.bytes]).toEqual([true, 101]);
    const both = Promise.all(
      ['a', 'b'].map((name) => congestion.relieved().then(() => seen.push(name))),
    );
    congestion.remove(50);
    await Promise.resolve();
    expect([congestion.congested, seen]).toEqual([true, []]);
    congestion.remove(1);
    await both;
    expect([congestion.congested, seen]).toEqual([false, ['a', 'b']]);
  });
});
