import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { open as openLmdb } from 'lmdb';
import { LmdbLog } from '../../../../src/server/log/lmdb/lmdb-log.js';
import { metaKey } from '../../../../src/server/log/lmdb/records.js';
import { draft } from '../../../support/drafts.js';
import { startLogProcess } from '../../../support/log-process.js';

describe('data directory', () => {
  let root: string;
  let directory: string;
  let file: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
    directory = join(root, 'data');
    file = join(directory, 'log.mdb');
  });

  afterEach(() => rmSync(root, { recursive: true }));

  const newLog = (where = directory) =>
    new LmdbLog({ directory: where, historyPerRoom: 10_000, now: Date.now });

  /** Makes a log with some messages in it, and closes it. */
  const makeLog = async (text = 'x', count = 1) => {
    const log = newLog();
    await log.open(() => {});
    await Promise.all(Array.from({ length: count }, () => log.append(draft(text))));
    await log.close();
  };

  const makeDatabase = async (key: Buffer, value: string) => {
    mkdirSync(directory, { recursive: true });
    const db = openLmdb<Buffer, Buffer>({ path: file, encoding: 'binary', keyEncoding: 'binary' });
    await db.put(key, Buffer.from(value));
    await db.close();
  };

  const rejection = async (where = directory): Promise<string> => {
    const log = newLog(where);
    const message = await log
      .open(() => {})
      .then(
        () => 'it was opened',
        (error: Error) => error.message,
      );
    await log.close();
    return message;
  };

  const cannotUse = (why: string, where = directory) =>
    `the data directory ${where} can't be used: ${why}`;

  it('is rejected when a file has its name', async () => {
    writeFileSync(directory, '');
    expect(await rejection()).toBe(cannotUse('it is not a directory'));
    const below = join(directory, 'below');
    expect(await rejection(below)).toBe(cannotUse('a part of its path is not a directory', below));
  });

  it('is rejected when its path goes through a link to nothing', async () => {
    symlinkSync(join(root, 'gone'), directory);
    for (const where of [directory, join(directory, 'below')]) {
      expect(await rejection(where)).toBe(cannotUse(`${directory} is a link to nothing`, where));
    }
  });

  it.each([
    ['a text', 'hello, world\n'.repeat(2000)],
    ['a short text', 'hello'],
    ['zeros', '\0'.repeat(10_000)],
  ])('is rejected when its log is %s', async (_, content) => {
    mkdirSync(directory);
    writeFileSync(file, content);
    expect(await rejection()).toBe(cannotUse(`${file} is not a tickchat log, or is damaged`));
  });

  it('is rejected when its log is no file', async () => {
    mkdirSync(file, { recursive: true });
    expect(await rejection()).toBe(cannotUse(`${file} is not a file`));
    rmSync(file, { recursive: true });
    mkdirSync(`${file}-lock`);
    expect(await rejection()).toBe(cannotUse(`${file}-lock is not a file`));
  });

  it('is rejected when its log is a database of something else', async () => {
    await makeDatabase(Buffer.from('key'), 'value');
    expect(await rejection()).toBe(cannotUse('its log.mdb is not a tickchat log'));
  });

  it('is rejected when its log has another format', async () => {
    await makeDatabase(metaKey('log'), JSON.stringify({ format: 7, epoch: 'e' }));
    expect(await rejection()).toBe(cannotUse('its log has format 7, this tickchat knows format 1'));
  });

  it('is rejected when its log was cut short', async () => {
    await makeLog('long '.repeat(2000), 1000);
    truncateSync(file, 1_000_000);
    expect(await rejection()).toMatch(/log\.mdb is damaged: its last \d+ bytes are missing$/);
    truncateSync(file, 4000);
    expect(await rejection()).toBe(cannotUse(`${file} is damaged`));
  });

  it('is rejected when a needed page of its log was cut off', async () => {
    await makeLog();
    truncateSync(file, 8192);
    expect(await rejection()).toMatch(/its log is damaged \(MDB_CORRUPTED/);
  });

  it('may have an empty file for a log', async () => {
    mkdirSync(directory);
    writeFileSync(file, '');
    await makeLog();
    expect(readdirSync(directory).toSorted()).toEqual([
      'lock.mdb',
      'lock.mdb-lock',
      'log.mdb',
      'log.mdb-lock',
    ]);
  });
});

describe('data directory in use', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  const newLog = () => new LmdbLog({ directory, historyPerRoom: 10, now: Date.now });
  const inUse = (pid: number) =>
    `the data directory ${directory} can't be used: it is in use by another tickchat (pid ${pid})`;

  it('is rejected while a log of this process uses it', async () => {
    const first = newLog();
    await first.open(() => {});
    for (let i = 0; i < 3; i += 1) {
      await expect(newLog().open(() => {})).rejects.toThrow(inUse(process.pid));
      await first.append(draft('x'));
    }
    await first.close();
    const next = newLog();
    await next.open(() => {});
    expect(await next.head('lobby')).toBe(3);
    await next.close();
  });

  it('is rejected while another process uses it, and free when that process was killed', async () => {
    const other = startLogProcess([directory, 'busy']);
    await other.untilLines(100);
    await expect(newLog().open(() => {})).rejects.toThrow(inUse(other.pid));
    await expect(newLog().open(() => {})).rejects.toThrow(inUse(other.pid));
    await other.kill();
    const next = newLog();
    await next.open(() => {});
    await next.close();
  });

  it('goes to one of many that start at once', async () => {
    const logs = Array.from({ length: 5 }, newLog);
    const opened = await Promise.allSettled(logs.map((log) => log.open(() => {})));
    expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(logs.map((log) => log.close()));

    const processes = Array.from({ length: 4 }, () => startLogProcess([directory]));
    const started = await Promise.allSettled(processes.map((one) => one.untilLines(1)));
    expect(started.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await Promise.all(processes.map((one) => one.kill()));
  });
});
