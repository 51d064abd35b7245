import {
  closeSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Known } from '../../../src/server/log/lmdb-batch.js';
import { LmdbStore } from '../../../src/server/log/lmdb-store.js';
import { OutcomeUnknown } from '../../../src/server/log/log.js';

const O_DSYNC = 0o10000;

describe('lmdb store', () => {
  let directory: string;
  let file: string;
  let store: LmdbStore;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
    file = join(directory, 'log.mdb');
    store = new LmdbStore({ directory, historyPerRoom: 100 });
    store.open(undefined);
  });

  afterEach(() => {
    store.close();
    rmSync(directory, { recursive: true });
  });

  const commit = (id: string) =>
    store.commit({
      id,
      drafts: JSON.stringify([['lobby', [1, 'ann-id', 'ann', id, 'text']]]),
      timeline: undefined,
    });

  /**
   * Takes from LMDB the descriptor that it writes its header pages with, the last step of a commit:
   * it answers with MDB_PANIC to everything after that.
   */
  const breakHeader = () => {
    const descriptor = readdirSync('/proc/self/fd').find((fd) => {
      const flags = /flags:\s+(\d+)/.exec(readIfThere(`/proc/self/fdinfo/${fd}`))?.[1] ?? '0';
      return (
        linkIfThere(`/proc/self/fd/${fd}`) === file && (Number.parseInt(flags, 8) & O_DSYNC) > 0
      );
    });
    closeSync(Number(descriptor));
  };

  it('opens the database anew when LMDB has given it up', () => {
    expect(commit('a')).toEqual([1]);
    breakHeader();
    expect(() => commit('b')).toThrow('Bad file descriptor');
    expect(commit('c')).toEqual([2]);
    const entries = JSON.parse(store.read('lobby', 0, 10)) as Known[];
    expect(entries.map(([, row]) => row[3])).toEqual(['a', 'c']);
  });

  it('says that an outcome is unknown when the database can’t be read, and finds out later', () => {
    commit('a');
    breakHeader();
    renameSync(file, `${file}.away`);
    writeFileSync(file, 'not a database');
    expect(() => commit('b')).toThrow(OutcomeUnknown);
    expect(() => commit('c')).toThrow('could not be opened');
    expect(() => store.settle('b')).toThrow(OutcomeUnknown);

    renameSync(`${file}.away`, file);
    expect(store.settle('b')).toEqual([]);
    expect(store.settle('a')).toEqual([['lobby', [[1, [1, 'ann-id', 'ann', 'a', 'text']]]]]);
    expect(commit('d')).toEqual([2]);
  });

  it('does not go on with another log than it began with', () => {
    commit('a');
    breakHeader();
    renameSync(file, `${file}.away`);
    expect(() => commit('b')).toThrow('was replaced by another');
    expect(() => store.settle('b')).toThrow('was replaced by another');
  });
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // the descriptor of the listing itself
  }
}

function linkIfThere(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
