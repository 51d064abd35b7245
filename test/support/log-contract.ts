import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Draft, Entry, MessageLog } from '../../src/server/log/log.js';

/** Makes one log, not yet open, that keeps at most `historyPerRoom` messages of a room. */
export type MakeLog = (options: { historyPerRoom: number }) => Promise<MessageLog>;

const ANN = { id: 'ann-id', name: 'ann' };
const BEN = { id: 'ben-id', name: 'ben' };

/** What every adapter of the log port promises. */
export function describeLog(name: string, makeLog: MakeLog): void {
  describe(`${name} log`, () => {
    let log: MessageLog;
    let announced: Entry[];
    let epoch: string;

    beforeEach(async () => {
      announced = [];
      log = await makeLog({ historyPerRoom: 100 });
      ({ epoch } = await log.open((entry) => announced.push(entry)));
    });

    afterEach(() => log.close());

    const draft = (text: string, more: Partial<Draft> = {}): Draft => {
      return { room: 'lobby', from: ANN, text, id: '', ...more };
    };
    const append = async (...drafts: Draft[]): Promise<Entry[]> =>
      (await Promise.all(drafts.map(async (one) => log.append(one)))).map(({ entry }) => entry);
    const numbered = (count: number): Draft[] =>
      Array.from({ length: count }, (_, i) => draft(`m${i}`, { id: `i${i}` }));
    const seqsAfter = async (after: number, limit: number) =>
      (await log.read('lobby', after, limit)).map((entry) => entry.seq);

    it('numbers the messages of a room 1, 2, 3 …', async () => {
      const entries = await append(draft('a'), draft('b'), draft('c'));
      expect(entries.map(({ seq, text }) => [seq, text])).toEqual([
        [1, 'a'],
        [2, 'b'],
        [3, 'c'],
      ]);
      expect(await log.head('lobby')).toBe(3);
    });

    it('numbers each room for itself', async () => {
      await append(draft('a', { room: 'one' }), draft('b', { room: 'one' }));
      const [entry] = await append(draft('c', { room: 'two' }));
      expect(entry?.seq).toBe(1);
      expect([await log.head('one'), await log.head('two'), await log.head('three')]).toEqual([
        2, 1, 0,
      ]);
    });

    it('holds the positions that it has told, and no others', async () => {
      await append(...numbered(3));
      const held = [0, 1, 3, 4].map((seq) => log.holds('lobby', { epoch, seq }));
      expect(await Promise.all(held)).toEqual([true, true, true, false]);
      expect(await log.holds('lobby', { epoch: 'of another log', seq: 1 })).toBe(false);
      expect(await log.holds('empty', { epoch, seq: 0 })).toBe(true);
      expect(await log.holds('empty', { epoch, seq: 1 })).toBe(false);
    });

    it('announces each entry once, in order, before append resolves', async () => {
      const seen: number[] = [];
      const entries = await Promise.all(
        numbered(200).map(async (one) => {
          const { entry } = await log.append(one);
          seen.push(announced.filter(({ seq }) => seq === entry.seq).length);
          return entry;
        }),
      );
      expect(announced).toEqual(entries);
      expect(new Set(seen)).toEqual(new Set([1]));
    });

    it('keeps the order of appends made while others are under way', async () => {
      const first = append(...numbered(50));
      const second = append(draft('between', { from: BEN }));
      await Promise.all([first, second]);
      expect(announced.at(-1)?.text).toBe('between');
      await append(draft('last'));
      expect(announced.map(({ seq }) => seq)).toEqual(Array.from({ length: 52 }, (_, i) => i + 1));
    });

    it('gives back what was appended: all of it, exactly', async () => {
      // With half of a surrogate pair: JSON can say that, so a client can send it.
      const odd = draft('a:b\n<i>"😀\u0000\ud83d!', {
        from: { id: 'x', name: '名前 😀' },
        id: 'i:1',
      });
      const [entry] = await append(odd);
      expect(entry).toMatchObject(odd);
      expect(Number.isInteger(entry?.at)).toBe(true);
      expect(announced).toEqual([entry]);
      expect(await log.read('lobby', 0, 10)).toEqual([entry]);
    });

    it('reads what came after a position, oldest first, up to the limit', async () => {
      await append(...numbered(5));
      expect(await seqsAfter(0, 10)).toEqual([1, 2, 3, 4, 5]);
      expect(await seqsAfter(2, 2)).toEqual([3, 4]);
      expect(await seqsAfter(5, 10)).toEqual([]);
      expect(await seqsAfter(99, 10)).toEqual([]);
      expect(await seqsAfter(0, 0)).toEqual([]);
    });

    it('reads nothing of a room that nobody has spoken in', async () => {
      expect(await log.read('empty', 0, 10)).toEqual([]);
    });

    it('keeps the newest messages of a room and forgets older ones', async () => {
      await append(...numbered(250));
      const kept = await log.read('lobby', 0, 1000);
      expect(kept.map((entry) => entry.seq)).toEqual(
        Array.from({ length: 100 }, (_, i) => 151 + i),
      );
      expect(kept.at(-1)?.text).toBe('m249');
      expect(await log.head('lobby')).toBe(250);
    });

    it('takes the same id of the same author for the same message', async () => {
      const original = await log.append(draft('once', { id: 'x' }));
      const again = await log.append(draft('once', { id: 'x' }));
      expect(again).toEqual({ entry: original.entry, duplicate: true });
      expect(original.duplicate).toBe(false);
      expect(announced).toHaveLength(1);
      expect(await log.head('lobby')).toBe(1);
    });

    it('takes the same id sent twice at once for one message', async () => {
      const results = await Promise.all(
        [1, 2, 3].map(async () => log.append(draft('x', { id: 'x' }))),
      );
      expect(results.map(({ duplicate }) => duplicate)).toEqual([false, true, true]);
      expect(new Set(results.map(({ entry }) => entry.seq))).toEqual(new Set([1]));
      expect(announced).toHaveLength(1);
    });

    it('takes the same id of another author, or in another room, for another message', async () => {
      const others: Array<Partial<Draft>> = [{}, { from: BEN }, { room: 'two' }];
      await append(...others.map((more) => draft('x', { id: 'x', ...more })));
      expect(announced).toHaveLength(3);
    });

    it('takes messages without an id for different ones', async () => {
      await append(draft('same'), draft('same'));
      expect(announced).toHaveLength(2);
    });

    it('knows an id for as long as it keeps the message', async () => {
      await append(...numbered(101));
      expect((await log.append(draft('kept', { id: 'i1' }))).duplicate).toBe(true);
      expect((await log.append(draft('forgotten', { id: 'i0' }))).duplicate).toBe(false);
    });

    it('rejects everything after close, and closing again is fine', async () => {
      const underWay = append(...numbered(20)).then(
        () => 'durable',
        () => 'rejected',
      );
      await log.close();
      await log.close();
      const before = announced.length;
      expect([await underWay, before]).toEqual(['durable', 20]);
      await expect(log.append(draft('b'))).rejects.toThrow('not open');
      await expect(log.read('lobby', 0, 1)).rejects.toThrow('not open');
      await expect(log.head('lobby')).rejects.toThrow('not open');
      await expect(log.saveTimeline({ epoch: 0, period: 1, highest: 0 })).rejects.toThrow(
        'not open',
      );
      expect(announced).toHaveLength(before);
    });
  });
}
