import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { LmdbLog } from '../../../../src/server/log/lmdb/lmdb-log.js';
import { draft } from '../../../support/drafts.js';
import { startLogProcess } from '../../../support/log-process.js';
import { mountTmpfs } from '../../../support/tmpfs.js';

const newLog = (where: string) =>
  new LmdbLog({ directory: where, historyPerRoom: 10_000, now: Date.now });

const refusal = async (where: string): Promise<string> => {
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

const cannotUse = (why: string, where: string) =>
  `the data directory ${where} can't be used: ${why}`;

describe('data directory', () => {
  it('is refused where no directory can be made', async () => {
    for (const where of ['/proc/no', '/proc/no/such/place']) {
      expect(await refusal(where)).toBe(cannotUse('no directory can be made there', where));
    }
  });

  it('is refused when it can only be read', async () => {
    const tmpfs = mountTmpfs('1m');
    try {
      tmpfs.makeReadOnly();
      expect(await refusal(tmpfs.path)).toBe(cannotUse('the file system is read-only', tmpfs.path));
    } finally {
      tmpfs.unmount();
    }
  });

  it('is refused on a full disk, and used once there is space', async () => {
    const tmpfs = mountTmpfs('4m');
    const where = join(tmpfs.path, 'data');
    const ballast = join(tmpfs.path, 'ballast');
    const log = newLog(where);
    try {
      writeFileSync(ballast, Buffer.alloc(4_000_000));
      expect(await refusal(where)).toBe(cannotUse('no space is left on the disk', where));
      rmSync(ballast);
      await log.open(() => {});
      await log.append(draft('x'));
    } finally {
      await log.close();
      tmpfs.unmount();
    }
  });
});

describe('data directory in use', () => {
  it('is free for a process that has the pid of the one that was killed', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
    // In containers every server is process 1.
    const container = ['unshare', '--pid', '--fork', '--kill-child'];
    const first = startLogProcess([directory, 'first'], container);
    await first.untilLines(10);
    const second = startLogProcess([directory], container);
    await expect(second.untilLines(1)).rejects.toThrow('in use by another tickchat (pid 1)');
    await first.kill();
    const third = startLogProcess([directory, 'third'], container);
    await third.untilLines(10);
    await third.kill();
    rmSync(directory, { recursive: true });
  });
});
