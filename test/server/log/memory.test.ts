import { describe, expect, it } from '@jest/globals';
import { MemoryLog } from '../../../src/server/log/memory.js';
import { describeLog } from '../../support/log-contract.js';

describeLog('memory', async ({ historyPerRoom }) => {
  return new MemoryLog({ historyPerRoom, maxRooms: 10, now: Date.now });
});

describe('memory log', () => {
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
