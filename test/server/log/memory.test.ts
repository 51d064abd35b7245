import { describe, expect, it } from '@jest/globals';
import { MemoryLog } from '../../../src/server/log/memory.js';
import { describeLog } from '../../support/log-contract.js';

const ANN = { id: 'ann', name: 'Ann' };

describeLog('memory', async ({ historyPerRoom }) => {
  return new MemoryLog({ historyPerRoom, maxRooms: 10, now: Date.now });
});

describe('memory log', () => {
  it('bounds its size: the largest room loses its older half', async () => {
    const maxBytes = 1_000_000;
    const log = new MemoryLog({ historyPerRoom: 1000, maxBytes, now: Date.now });
    await log.open(() => {});
    const from = { id: 'ann', name: 'ann' };
    await log.append({ room: 'small', text: 'still here', id: '', from });
    for (let i = 0; i < 2000; i++) {
      const room = `large-${i % 3}`;
      await log.append({ room, text: 'x'.repeat(1000), id: `${i}`, from });
    }
    let kept = 0;
    for (const room of ['large-0', 'large-1', 'large-2']) {
      const entries = await log.read(room, 0, 1000);
      const head = await log.head(room);
      kept += entries.length;
      expect(entries.length).toBeGreaterThan(20);
      expect(entries.map(({ seq }) => seq)).toEqual(
        entries.map((_, i) => head - entries.length + 1 + i),
      );
    }
    expect(kept * 2300).toBeLessThanOrEqual(maxBytes + 2300);
    expect(await log.read('small', 0, 10)).toHaveLength(1);
    await log.close();
  });

  it('forgets the room that has been silent for longest, and never repeats a seq', async () => {
    let time = 0;
    const log = new MemoryLog({ historyPerRoom: 10, maxRooms: 2, now: () => ++time });
    await log.open(() => {});
    const append = (room: string) =>
      log.append({ room, text: 'x', id: '', from: { id: 'ann', name: 'ann' } });
    for (const room of ['a', 'b', 'b', 'a', 'c']) await append(room);
    expect(await log.read('b', 0, 10)).toEqual([]);
    expect(await log.read('a', 0, 10)).toHaveLength(2);
    expect(await log.head('b')).toBe(2);
    expect((await append('b')).entry.seq).toBe(3);
    await log.close();
  });

  it('takes a new room in the same time, however many rooms there are', async () => {
    const log = new MemoryLog({ historyPerRoom: 10, maxRooms: 20_000, now: Date.now });
    await log.open(() => {});
    let next = 0;
    /** CPU time for 5,000 new rooms, ms. */
    const fill = async (): Promise<number> => {
      const before = process.cpuUsage();
      for (let i = 0; i < 5000; i += 1) {
        await log.append({ room: `r${next++}`, from: ANN, text: 'x', id: '' });
      }
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    const empty = Math.min(await fill(), await fill(), await fill(), await fill());
    const full = Math.min(await fill(), await fill(), await fill(), await fill());
    // A search through 20,000 rooms for each new one takes a hundred times as long.
    expect(full).toBeLessThan(20 * empty);
  });

  it('shrinks by its silent rooms where no room has two messages', async () => {
    const log = new MemoryLog({ historyPerRoom: 10, maxBytes: 100_000, now: Date.now });
    await log.open(() => {});
    for (let i = 0; i < 1000; i += 1) {
      await log.append({ room: `r${i}`, from: ANN, text: 'x'.repeat(500), id: '' });
    }
    expect(await log.read('r0', 0, 10)).toEqual([]);
    expect(await log.read('r999', 0, 10)).toHaveLength(1);
    const kept = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => log.read(`r${i}`, 0, 10)),
    );
    expect(kept.flat().length).toBeLessThanOrEqual(100_000 / 1000);
    expect(kept.flat().length).toBeGreaterThan(50);
  });
});
