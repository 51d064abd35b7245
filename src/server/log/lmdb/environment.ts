import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { open } from 'lmdb';
import { takeDirectoryLock, type DirectoryLock } from './directory-lock.js';
import { getMeta, putMeta, type Database } from './database.js';
import { checkDataFile, makeLockFile, statDirectory } from './file.js';
import { beginRun } from './runs.js';
import { ReservedSpace } from './space.js';
import type { LogState, SavedTimeline } from '../log.js';

/** Number of the layout that records.ts describes. A different layout gets a different number. */
const FORMAT = 1;

/** More than a new log takes on the disk, bytes. */
const NEW_LOG_BYTES = 262_144;

/**
 * Size of LMDB's memory map, bytes. When the file outgrows it, LMDB adds a map of twice the size
 * and keeps the old one, so that `ps` counts a page once for each map. Most logs never outgrow it.
 */
const MAP_BYTES = 2 ** 30;

interface LogRecord {
  readonly format: number;
  readonly epoch: string;
}

/** An open database. */
export interface Environment {
  readonly db: Database;
  readonly space: ReservedSpace;
  readonly state: LogState;
}

/**
 * Makes the directory, if it isn't there, and locks it for a server. Throws an error of one line
 * that names the directory and its problem.
 */
export function lockDirectory(directory: string, serverPid: number): DirectoryLock {
  return explained(directory, () => {
    const made = makeDirectory(directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if (made !== undefined) syncDirectory(dirname(made));
    return takeDirectoryLock(directory, serverPid);
  });
}

/**
 * Makes a directory and its missing parents; returns the topmost that it made. Node's own
 * `recursive` never returns below a directory in which nothing can be made (`/proc`).
 */
function makeDirectory(path: string): string | undefined {
  if (statDirectory(path)?.isDirectory() === true) return undefined;
  const parent = dirname(path);
  const made = parent === path ? undefined : makeDirectory(parent);
  mkdirSync(path, { mode: 0o700 }); // EEXIST for a file
  return made ?? path;
}

/** Opens the log in a locked directory, or makes one. Throws as {@link lockDirectory} does. */
export function openEnvironment(directory: string): Environment {
  return explained(directory, () => {
    const path = join(directory, 'log.mdb');
    const space = reserveSpace(path);
    let db: Database | undefined;
    try {
      makeLockFile(path);
      db = open<Buffer, Buffer>({
        path,
        encoding: 'binary',
        keyEncoding: 'binary',
        // A commit is on the disk when it returns.
        overlappingSync: false,
        mapSize: MAP_BYTES,
      });
      const state = readState(db);
      syncDirectory(directory);
      return { db, space, state };
    } catch (error) {
      void db?.close(); // synchronous
      space.close();
      throw error;
    }
  });
}

/** Reserves space for all pages that are in use and for what opening the log writes. */
function reserveSpace(path: string): ReservedSpace {
  const used = checkDataFile(path);
  const space = new ReservedSpace(path);
  try {
    space.reserve(0, used);
    if (used === 0) {
      space.reserve(0, NEW_LOG_BYTES);
      space.truncate(); // LMDB begins with an empty file
    }
    return space;
  } catch (error) {
    space.close();
    throw error;
  }
}

/** Makes a log of an empty database; rejects a database that is no log, or of another format. */
function readState(db: Database): LogState {
  const log = getMeta(db, 'log') as LogRecord | undefined;
  if (log === undefined) {
    if (db.getKeysCount({ limit: 1 }) > 0) throw new Error('its log.mdb is not a tickchat log');
    return { epoch: beginEpoch(db), timeline: undefined };
  }
  if (log.format !== FORMAT) {
    throw new Error(`its log has format ${log.format}, this tickchat knows format ${FORMAT}`);
  }
  return { epoch: log.epoch, timeline: getMeta(db, 'timeline') as SavedTimeline | undefined };
}

/** Begins a run of the log in `db` and returns its epoch. It is on the disk by then. */
export function beginEpoch(db: Database): string {
  return db.transactionSync(() => {
    const before = (getMeta(db, 'log') as LogRecord | undefined)?.epoch;
    const record: LogRecord = { format: FORMAT, epoch: beginRun(db, before) };
    putMeta(db, 'log', record);
    return record.epoch;
  });
}

/** Makes the entries of a directory durable: without its entry a new file would be lost. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return; // Windows can't open a directory
  const descriptor = openSync(directory, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function explained<T>(directory: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const reason = reasonOf(error as NodeJS.ErrnoException);
    throw new Error(`the data directory ${directory} can't be used: ${reason}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is not a directory',
  EEXIST: 'it is not a directory',
  ENOENT: 'no directory can be made there',
  EIO: 'the disk reports an input/output error',
};

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (/^MDB_(CORRUPTED|PAGE_NOTFOUND|BAD_TXN|INVALID)/.test(message)) {
    return `its log is damaged (${message})`;
  }
  return REASONS[String(code)] ?? message;
}
