import { describe, expect, it } from '@jest/globals';
import { MemoryLog } from '../../../src/server/log/memory.js';
import { describeLog } from '../../support/log-contract.js';

describeLog('memory', async ({ historyPerRoom }) => {
  return new MemoryLog({ historyPerRoom, maxRooms: 10, now: Date.now });
});

describe('memory log', () => {
  it('forgets the room that has been silent for longest when there are too many', async () => {
    let time = 0;
    const log = new MemoryLog({ historyPerRoom: 10, maxRooms: 2, now: () => ++time });
    await log.open(() => {});
    for (const room of ['a', 'b', 'a', 'c']) await log.append({ room, text: 'x' });
    expect(await log.read('b', 0, 10)).toEqual([]);
    expect(await log.read('a', 0, 10)).toHaveLength(2);
    expect(await log.read('c', 0, 10)).toHaveLength(1);
    await log.close();
  });
});
