import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LmdbLog } from '../../../../src/server/log/lmdb/lmdb-log.js';
import { OutcomeUnknown, type Entry } from '../../../../src/server/log/log.js';
import { draft } from '../../../support/drafts.js';
import { mountTmpfs, type Tmpfs } from '../../../support/tmpfs.js';

const TEXT = 'some words '.repeat(180);

describe('lmdb log on a full disk', () => {
  let disk: Tmpfs;
  let directory: string;
  let ballast: string;
  let log: LmdbLog;
  let announced: Entry[];
  let resolved: Entry[];
  let appended: number;

  beforeEach(async () => {
    disk = mountTmpfs('12m');
    directory = join(disk.path, 'data');
    ballast = join(disk.path, 'ballast');
    writeFileSync(ballast, Buffer.alloc(3_000_000));
    announced = [];
    resolved = [];
    appended = 0;
    await open();
  });

  afterEach(async () => {
    await log.close();
    disk.unmount();
  });

  const open = (historyPerRoom = 1_000_000) => {
    log = new LmdbLog({ directory, historyPerRoom, now: Date.now });
    return log.open((entry) => announced.push(entry));
  };

  /** Appends `count` messages at once; resolves with the errors of those that failed. */
  const append = async (count: number): Promise<Error[]> => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: count }, () => log.append(draft(TEXT, { id: String((appended += 1)) }))),
    );
    const errors: Error[] = [];
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') resolved.push(outcome.value.entry);
      else errors.push(outcome.reason as Error);
    }
    return errors;
  };

  const fill = async (count: number): Promise<Error[]> => {
    for (;;) {
      const errors = await append(count);
      if (errors.length > 0) return errors;
    }
  };

  const stored = () => log.read('lobby', 0, 1_000_000);

  it('rejects messages that it can’t log, and logs again when there is space', async () => {
    for (const error of await fill(16)) {
      expect(error).not.toBeInstanceOf(OutcomeUnknown);
      expect(error.message).toBe('no space is left on the disk');
    }
    expect(announced).toEqual(resolved);
    expect(await stored()).toEqual(resolved);
    expect(await append(16)).toHaveLength(16);

    rmSync(ballast);
    expect(await append(16)).toEqual([]);
    expect(announced).toEqual(resolved);
    expect(resolved.map(({ seq }) => seq)).toEqual(resolved.map((_, i) => i + 1));

    await log.close();
    await open();
    expect(await stored()).toEqual(resolved);
  });

  it('survives that the disk is full repeatedly', async () => {
    for (const size of ['14m', '16m', '18m', '20m']) {
      await fill(1 + Math.floor(Math.random() * 40));
      disk.resize(size);
      // A smaller history frees space in the file gradually.
      await log.close();
      await open(100);
      for (let i = 0; i < 20; i += 1) expect(await append(1)).toEqual([]);
      await log.close();
      await open();
    }
    expect(announced).toEqual(resolved);
    const entries = await stored();
    expect(entries).toEqual(resolved.slice(-entries.length));
    expect(entries.length).toBeGreaterThanOrEqual(100);
  }, 60_000);

  it('opens an existing log on a full disk', async () => {
    await fill(16);
    await log.close();
    await open();
    expect(await stored()).toEqual(resolved);
    expect(await append(16)).toHaveLength(16);
  });
});
