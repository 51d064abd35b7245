import { describe, expect, it } from '@jest/globals';
import { MemoryLog } from '../../../src/server/log/memory.js';
import { describeLog } from '../../support/log-contract.js';

describeLog('memory', async ({ historyPerRoom }) => {
  return new MemoryLog({ historyPerRoom, maxRooms: 10, now: Date.now });
});

describe('memory log', () => {
  it('keeps its size: the room that takes most loses its older half', async () => {
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

  it('forgets the room that has been silent for longest, and never gives a seq twice', async () => {
    let time = 0;
    const log = new MemoryLog({ historyPerRoom: 10, maxRooms: 2, now: () => ++time });
    await log.open(() => {});
    const say = (room: string) =>
      log.append({ room, text: 'x', id: '', from: { id: 'ann', name: 'ann' } });
    for (const room of ['a', 'b', 'b', 'a', 'c']) await say(room);
    expect(await log.read('b', 0, 10)).toEqual([]);
    expect(await log.read('a', 0, 10)).toHaveLength(2);
    expect(await log.head('b')).toBe(2);
    expect((await say('b')).entry.seq).toBe(3);
    await log.close();
  });
});
