import {
  closeSync,
  copyFileSync,
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
import type { Known } from '../../../../src/server/log/lmdb/batch.js';
import { HistoryLost } from '../../../../src/server/log/lmdb/history.js';
import { LmdbStore } from '../../../../src/server/log/lmdb/store.js';
import { OutcomeUnknown } from '../../../../src/server/log/log.js';

const O_DSYNC = 0o10000;

describe('lmdb store', () => {
  let directory: string;
  let file: string;
  let store: LmdbStore;
  let epoch: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tickchat-log-'));
    file = join(directory, 'log.mdb');
    epoch = open();
  });

  afterEach(() => {
    store.close();
    rmSync(directory, { recursive: true });
  });

  /** @param removedGraceMs how long removed files are waited for */
  const open = (removedGraceMs = 0): string => {
    store = new LmdbStore({ directory, historyPerRoom: 100, removedGraceMs });
    return store.open(undefined).epoch;
  };

  const commit = (id: string) =>
    store.commit({
      id,
      drafts: JSON.stringify([['lobby', [1, 'ann-id', 'ann', id, 'text']]]),
      timeline: undefined,
    });

  /**
   * Closes the descriptor with which LMDB writes its header pages, the last step of a commit. After
   * that LMDB answers everything with MDB_PANIC.
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

  it('opens the database again when LMDB has given it up', () => {
    expect(commit('a')).toEqual([1]);
    breakHeader();
    expect(() => commit('b')).toThrow('Bad file descriptor');
    expect(commit('c')).toEqual([2]);
    const entries = JSON.parse(store.read('lobby', 0, 10)) as Known[];
    expect(entries.map(([, row]) => row[3])).toEqual(['a', 'c']);
  });

  it('throws OutcomeUnknown while the database can’t be read, and resolves it later', () => {
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

  it('does not go on with another log until it is told to begin another epoch', () => {
    commit('a');
    breakHeader();
    renameSync(file, `${file}.away`);
    expect(() => commit('b')).toThrow(HistoryLost);
    expect(() => commit('b')).toThrow('was replaced by another');
    const begun = store.beginEpoch();
    expect(begun.epoch).not.toBe(epoch);
    expect(store.settle('b')).toEqual([]);
    expect(commit('c')).toEqual([1]);
  });

  it('does not go on with an older copy of the log until it is told to begin another epoch', () => {
    commit('a');
    store.close();
    copyFileSync(file, `${file}.copy`);
    open();
    commit('b');
    breakHeader();
    renameSync(`${file}.copy`, file);
    expect(() => commit('c')).toThrow('was replaced by another log or an older copy');
    expect(store.beginEpoch().epoch).not.toBe(epoch);
    expect(commit('c')).toEqual([2]);
  });

  it('waits for removed files, and goes on in the same epoch when they are back', () => {
    store.close();
    open(60_000);
    commit('a');
    breakHeader();
    renameSync(file, `${file}.away`);
    expect(() => commit('b')).toThrow(`${file} was removed`);
    renameSync(`${file}.away`, file);
    expect(store.settle('b')).toEqual([]);
    expect(commit('c')).toEqual([2]);
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
