import { randomUUID } from 'node:crypto';
import { accessSync, closeSync, constants, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { open } from 'lmdb';
import { DirectoryLock } from './directory-lock.js';
import { getMeta, putMeta, type Database } from './lmdb-database.js';
import { checkDataFile, makeLockFile, statDirectory } from './lmdb-file.js';
import { ReservedSpace } from './lmdb-space.js';
import type { LogState, SavedTimeline } from './log.js';

/** The layout that lmdb-records.ts describes. Another one gets another number. */
const FORMAT = 1;

/** What is written when a log is made, and more. */
const NEW_LOG_BYTES = 262_144;

/**
 * LMDB maps the file anew, twice as large, whenever it has outgrown its map, and keeps the old maps:
 * a page that is in four maps counts four times in what `ps` says. Most logs never outgrow this.
 */
const MAP_BYTES = 2 ** 30;

interface LogRecord {
  readonly format: number;
  readonly epoch: string;
}

/** The database, open. */
export interface Environment {
  readonly db: Database;
  readonly space: ReservedSpace;
  readonly state: LogState;
}

/**
 * Makes the directory, if it isn't there, and gets the right to use it. Throws an error of one line
 * that names the directory and says what is wrong with it.
 */
export function lockDirectory(directory: string): DirectoryLock {
  return explained(directory, () => {
    const made = makeDirectory(directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if (made !== undefined) syncDirectory(dirname(made));
    return new DirectoryLock(directory);
  });
}

/**
 * Makes a directory and those above it that are missing; returns the first that it made. Node's own
 * `recursive` tries for ever where something exists in which nothing can be made (`/proc`).
 */
function makeDirectory(path: string): string | undefined {
  if (statDirectory(path)?.isDirectory() === true) return undefined;
  const parent = dirname(path);
  const made = parent === path ? undefined : makeDirectory(parent);
  mkdirSync(path, { mode: 0o700 }); // EEXIST for what is no directory
  return made ?? path;
}

/** Opens the log in a directory that is locked, or makes one. Throws as {@link lockDirectory} does. */
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
      void db?.close();
      space.close();
      throw error;
    }
  });
}

/** Space for what opening the log writes; and LMDB finds no byte of the file missing. */
function reserveSpace(path: string): ReservedSpace {
  const used = checkDataFile(path);
  const space = new ReservedSpace(path);
  try {
    space.reserve(0, used);
    if (used === 0) {
      space.reserve(0, NEW_LOG_BYTES);
      space.giveBack(); // LMDB begins with an empty file
    }
    return space;
  } catch (error) {
    space.close();
    throw error;
  }
}

/** Makes a log of an empty database; refuses one that isn't a log, or not one of this format. */
function readState(db: Database): LogState {
  const log = getMeta(db, 'log') as LogRecord | undefined;
  if (log === undefined) {
    if (db.getKeysCount({ limit: 1 }) > 0) throw new Error('its log.mdb is not a tickchat log');
    const epoch = randomUUID();
    const record: LogRecord = { format: FORMAT, epoch };
    db.transactionSync(() => putMeta(db, 'log', record));
    return { epoch, timeline: undefined };
  }
  if (log.format !== FORMAT) {
    throw new Error(`its log has format ${log.format}, this tickchat knows format ${FORMAT}`);
  }
  return { epoch: log.epoch, timeline: getMeta(db, 'timeline') as SavedTimeline | undefined };
}

/** Makes the directory's entries durable: a new file whose entry is lost is lost. */
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return; // can't open a directory
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
};

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (/^MDB_(CORRUPTED|PAGE_NOTFOUND|BAD_TXN|INVALID)/.test(message)) {
    return `its log is damaged (${message})`;
  }
  return REASONS[String(code)] ?? message;
}
