import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Entry, Log } from '../../src/server/log/log.js';

/** Makes one log, not yet open, that keeps at most `historyPerRoom` messages of a room. */
export type MakeLog = (options: { historyPerRoom: number }) => Promise<Log>;

/** What every adapter of the log port promises. */
export function describeLog(name: string, makeLog: MakeLog): void {
  describe(`${name} log`, () => {
    let log: Log;
    let announced: Entry[];

    beforeEach(async () => {
      announced = [];
      log = await makeLog({ historyPerRoom: 100 });
      await log.open((entry) => announced.push(entry));
    });

    afterEach(() => log.close());

    const append = (room: string, ...texts: string[]) =>
      Promise.all(texts.map((text) => log.append({ room, text })));

    it('numbers the messages of a room 1, 2, 3 …', async () => {
      const entries = await append('lobby', 'a', 'b', 'c');
      expect(entries.map(({ seq, text }) => [seq, text])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]);
    });

    it('numbers each room for itself', async () => {
      await append('one', 'a', 'b');
      const [entry] = await append('two', 'c');
      expect(entry?.seq).toBe(1);
    });

    it('announces each entry once, in order, before or when append resolves', async () => {
      const entries = await append('lobby', ...Array.from({ length: 50 }, (_, i) => `m${i}`));
      expect(announced).toEqual(entries);
    });

    it('announces the very entry that append resolves with and read gives back', async () => {
      const [entry] = await append('lobby', 'a:b\n<i>"😀\u0000');
      expect(announced).toEqual([entry]);
      expect(await log.read('lobby', 0, 10)).toEqual([entry]);
    });

    it('reads what came after a position, oldest first, up to the limit', async () => {
      await append('lobby', 'a', 'b', 'c', 'd', 'e');
      const seqs = async (after: number, limit: number) =>
        (await log.read('lobby', after, limit)).map((entry) => entry.seq);
      expect(await seqs(0, 10)).toEqual([1, 2, 3, 4, 5]);
      expect(await seqs(2, 2)).toEqual([3, 4]);
      expect(await seqs(5, 10)).toEqual([]);
      expect(await seqs(99, 10)).toEqual([]);
      expect(await seqs(0, 0)).toEqual([]);
    });

    it('reads nothing of a room that nobody has spoken in', async () => {
      expect(await log.read('empty', 0, 10)).toEqual([]);
    });

    it('keeps the newest messages of a room and forgets older ones', async () => {
      await append('lobby', ...Array.from({ length: 250 }, (_, i) => `m${i}`));
      const kept = await log.read('lobby', 0, 1000);
      expect(kept.map((entry) => entry.seq)).toEqual(
        Array.from({ length: 100 }, (_, i) => 151 + i),
      );
      expect(kept.at(-1)?.text).toBe('m249');
    });

    it('rejects append and read after close, and closing again is fine', async () => {
      await append('lobby', 'a');
      await log.close();
      await log.close();
      await expect(log.append({ room: 'lobby', text: 'b' })).rejects.toThrow('not open');
      await expect(log.read('lobby', 0, 1)).rejects.toThrow('not open');
      expect(announced).toHaveLength(1);
    });
  });
}
