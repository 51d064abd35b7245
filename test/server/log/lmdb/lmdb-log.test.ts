import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { open as openLmdb } from 'lmdb';
import { LmdbLog } from '../../../../src/server/log/lmdb/lmdb-log.js';
import type { Entry } from '../../../../src/server/log/log.js';
import { draft, drafts } from '../../../support/drafts.js';
import { describeLog } from '../../../support/log-contract.js';

const root = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
afterAll(() => rmSync(root, { recursive: true }));

describeLog('lmdb', async ({ historyPerRoom }) => {
  const directory = mkdtempSync(join(root, 'log-'));
  return new LmdbLog({ directory, historyPerRoom, now: Date.now });
});

describe('lmdb log', () => {
  let directory: string;
  let log: LmdbLog;
  let announced: Entry[];

  beforeEach(() => {
    directory = mkdtempSync(join(root, 'log-'));
  });

  afterEach(() => log.close());

  const open = async (historyPerRoom = 100) => {
    log = new LmdbLog({ directory, historyPerRoom, now: Date.now });
    announced = [];
    return log.open((entry) => announced.push(entry));
  };

  const reopen = async (historyPerRoom = 100) => {
    await log.close();
    return open(historyPerRoom);
  };

  const appendAll = (count: number) => Promise.all(drafts(count).map((one) => log.append(one)));

  const keys = async (): Promise<number> => {
    await log.close();
    const db = openLmdb({
      path: join(directory, 'log.mdb'),
      encoding: 'binary',
      keyEncoding: 'binary',
    });
    const count = db.getKeysCount();
    await db.close();
    return count;
  };

  it('makes its directory for its owner only', async () => {
    directory = join(directory, 'a', 'b');
    await open();
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'log.mdb')).mode & 0o077).toBe(0);
  });

  it('has all messages when it is opened again', async () => {
    const { epoch, timeline } = await open();
    await Promise.all([...drafts(150), draft('x', { room: 'two' })].map((one) => log.append(one)));
    const before = await log.read('lobby', 0, 1000);

    expect(timeline).toBeUndefined();
    const again = await reopen();
    expect(again.timeline).toBeUndefined();
    expect(again.epoch).not.toBe(epoch); // another run
    expect(await log.holds('lobby', { epoch, seq: 150 })).toBe(true);
    expect(await log.holds('lobby', { epoch: again.epoch, seq: 150 })).toBe(true);
    expect(await log.holds('lobby', { epoch, seq: 151 })).toBe(false);
    expect(await log.read('lobby', 0, 1000)).toEqual(before);
    expect([await log.head('lobby'), await log.head('two')]).toEqual([150, 1]);
    expect(announced).toEqual([]);
  });

  it('continues its seqs when it is opened again', async () => {
    await open();
    const [first] = await appendAll(3);
    await reopen();
    expect(await log.append(draft('m0', { id: 'i0' }))).toEqual({
      entry: first?.entry,
      duplicate: true,
    });
    expect((await log.append(draft('new'))).entry.seq).toBe(4);
  });

  it('has another epoch in an emptied directory', async () => {
    const { epoch } = await open();
    await appendAll(3);
    await log.close();
    rmSync(directory, { recursive: true });
    expect((await open()).epoch).not.toBe(epoch);
    expect(await log.head('lobby')).toBe(0);
  });

  it('keeps the newest timeline', async () => {
    await open();
    const timelines = [1, 2, 3].map((highest) => ({ epoch: 5, period: 1000, highest }));
    await Promise.all(timelines.map((timeline) => log.saveTimeline(timeline)));
    expect((await reopen()).timeline).toEqual(timelines[2]);
    await Promise.all([log.saveTimeline({ epoch: 6, period: 500, highest: 9 }), appendAll(2)]);
    expect((await reopen()).timeline).toEqual({ epoch: 6, period: 500, highest: 9 });
    expect(await log.head('lobby')).toBe(2);
  });

  it('reads no more than the history after that was made smaller', async () => {
    await open(1000);
    await appendAll(300);
    await reopen(10);
    expect((await log.read('lobby', 0, 1000)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: 10 }, (_, i) => 291 + i),
    );
    expect((await log.append(draft('m290', { id: 'i290' }))).duplicate).toBe(true);
    expect((await log.append(draft('m289', { id: 'i289' }))).duplicate).toBe(false);
  });

  it('deletes messages beyond the history, gradually after that was made smaller', async () => {
    await open(1_000_000);
    await appendAll(3000);
    const before = await keys();
    await open(100);
    await log.append(draft('one'));
    const after = await keys();
    expect(before - after).toBeGreaterThan(50);
    expect(before - after).toBeLessThan(200);
    await open(100);
    for (let i = 0; i < 60; i += 1) await log.append(draft('more'));
    expect(await keys()).toBeLessThan(200);
    await open(1000);
    const kept = (await log.read('lobby', 0, 10_000)).map(({ seq }) => seq);
    expect(kept.length).toBeGreaterThanOrEqual(100);
    expect(kept).toEqual(kept.map((_, i) => 3061 - kept.length + 1 + i));
  });

  it('finds the id of a message that reused the id of a forgotten one', async () => {
    await open(4);
    await appendAll(5); // together, so that they are deleted together
    expect(await log.append(draft('new', { id: 'i0' }))).toMatchObject({
      entry: { seq: 6 },
      duplicate: false,
    });
    for (let i = 0; i < 3; i += 1) await log.append(draft('more'));
    expect(await log.append(draft('again', { id: 'i0' }))).toMatchObject({
      entry: { seq: 6, text: 'new' },
      duplicate: true,
    });
  });

  it('finds an id in a batch that is longer than the history', async () => {
    await open(2);
    const ids = ['a', 'b', 'a', 'c', 'd', 'a', 'a'];
    const results = await Promise.all(ids.map((id) => log.append(draft(id, { id }))));
    expect(results.map(({ entry }) => entry.seq)).toEqual([1, 2, 1, 3, 4, 5, 5]);
  });

  it('logs messages of any size', async () => {
    await open();
    const text = '😀'.repeat(500_000);
    const { entry } = await log.append(draft(text));
    expect(await log.read('lobby', 0, 1)).toEqual([entry]);
    await expect(log.append(draft('x', { room: 'r'.repeat(501) }))).rejects.toThrow('too long');
  });

  it('keeps many rooms apart', async () => {
    await open();
    const rooms = Array.from({ length: 1500 }, (_, i) => `room-${i}`);
    for (const text of ['a', 'b']) {
      await Promise.all(rooms.map((room) => log.append(draft(text, { room, id: text }))));
    }
    expect(await Promise.all(rooms.map((room) => log.head(room)))).toEqual(rooms.map(() => 2));
    expect((await log.read('room-77', 0, 9)).map(({ text }) => text)).toEqual(['a', 'b']);
  });

  it('can be closed without having been opened, and while it is being opened', async () => {
    log = new LmdbLog({ directory, historyPerRoom: 1, now: Date.now });
    await log.close();
    expect(existsSync(join(directory, 'log.mdb'))).toBe(false);
    log = new LmdbLog({ directory, historyPerRoom: 1, now: Date.now });
    const opening = log.open(() => {});
    await log.close();
    await opening;
    await expect(log.append(draft('x'))).rejects.toThrow('not open');
    await open();
  });
});
