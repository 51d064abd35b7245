import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LmdbLog } from '../../../../src/server/log/lmdb/lmdb-log.js';
import { startLogProcess } from '../../../support/log-process.js';

const ROUNDS = 6;

describe('lmdb log of a process that ends while it writes', () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('has every receipted message once, in order', async () => {
    const receipts = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const writer = startLogProcess([directory, `round-${round}`]);
      const lines = 1 + Math.floor(Math.random() * 2000);
      await writer.untilLines(lines);
      await writer.kill();
      for (const line of writer.lines.slice(1)) {
        const [seq, id = ''] = line.split(' ');
        receipts.set(id, Number(seq));
      }
      const why = `round ${round}, killed after ${lines} lines`;
      expect({ why, ...(await compare(directory, receipts)) }).toEqual({
        why,
        gaps: 0,
        repeated: 0,
        missing: [],
      });
    }
  }, 60_000);

  it('lets its process exit', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const count = 1 + Math.floor(Math.random() * 2000);
      const writer = startLogProcess([directory, `round-${round}`, String(count)]);
      expect({ count, status: await writer.exited }).toEqual({ count, status: 3 });
    }
  }, 60_000);
});

/** Differences between the log in `directory` and the receipts (seq by id). */
async function compare(directory: string, receipts: ReadonlyMap<string, number>) {
  const log = new LmdbLog({ directory, historyPerRoom: 1_000_000, now: Date.now });
  await log.open(() => {});
  const entries = await log.read('lobby', 0, 1_000_000);
  await log.close();
  const seqs = new Map(entries.map(({ id, seq }) => [id, seq]));
  return {
    gaps: entries.filter(({ seq }, i) => seq !== i + 1).length,
    repeated: entries.length - seqs.size,
    missing: [...receipts].filter(([id, seq]) => seqs.get(id) !== seq),
  };
}
