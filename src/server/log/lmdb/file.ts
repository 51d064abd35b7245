import { randomUUID } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs';

/**
 * Checks of a file before LMDB opens it. A foreign file, a truncated one or a full disk would end
 * the process inside LMDB (SIGSEGV, SIGBUS) where opening should fail.
 */

/** Offsets of fields in each of LMDB's two header pages. */
const MAGIC = 0xbeefc0de;
const HEADER = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152, end: 160 };
const DATA_VERSION = 2;

/** Pages at the end of the file that LMDB may have allocated and freed without writing them. */
const UNWRITTEN_PAGES = 1024;

/** More than LMDB's table of readers takes, bytes. */
const LOCK_FILE_BYTES = 16_384;

/**
 * Status of a directory; undefined if it can still be made. Throws an error of one line for a
 * dangling link: mkdir(2) finds that it exists, stat(2) that it doesn't.
 */
export function statDirectory(path: string): Stats | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined && lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new Error(`${path} is a link to nothing`);
  }
  return stat;
}

/**
 * Size of the part of the file at `path` that LMDB uses, bytes: 0 if it is missing or empty,
 * perhaps more than the file has. Throws an error of one line if the file isn't LMDB's or was
 * truncated.
 */
export function checkDataFile(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isFile()) throw new Error(`${path} is not a file`);
  const descriptor = openSync(path, constants.O_RDWR); // proves that it may be written, too
  try {
    return fstatSync(descriptor).size === 0 ? 0 : usedBytes(path, descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function usedBytes(path: string, descriptor: number): number {
  const first = headerAt(descriptor, 0);
  if (first === undefined) throw new Error(`${path} is not a tickchat log, or is damaged`);
  const pageSize = first.readUInt32LE(HEADER.pageSize);
  const second = headerAt(descriptor, pageSize);
  if (second === undefined) throw new Error(`${path} is damaged`);
  const newer = transactionOf(first) > transactionOf(second) ? first : second;
  const used = (Number(newer.readBigUInt64LE(HEADER.lastPage)) + 1) * pageSize;
  const missing = used - fstatSync(descriptor).size;
  if (missing > UNWRITTEN_PAGES * pageSize) {
    throw new Error(`${path} is damaged: its last ${missing} bytes are missing`);
  }
  return used;
}

function headerAt(descriptor: number, position: number): Buffer | undefined {
  const header = Buffer.alloc(HEADER.end);
  const got = readSync(descriptor, header, 0, HEADER.end, position);
  const known =
    got === HEADER.end &&
    header.readUInt32LE(HEADER.magic) === MAGIC &&
    header.readUInt32LE(HEADER.version) === DATA_VERSION;
  return known ? header : undefined;
}

function transactionOf(header: Buffer): bigint {
  return header.readBigUInt64LE(HEADER.transaction);
}

/**
 * Makes the lock file of the database at `path`, if it isn't there. LMDB would make it as one large
 * hole and map it, so that the first write on a full disk is a SIGBUS. This one has its blocks. It
 * appears whole (link(2)), as another process may be starting too.
 */
export function makeLockFile(path: string): void {
  const lock = `${path}-lock`;
  const stat = statSync(lock, { throwIfNoEntry: false });
  if (stat !== undefined) {
    if (!stat.isFile()) throw new Error(`${lock} is not a file`);
    // Not opened: closing any descriptor of a file releases all locks of this process on it.
    accessSync(lock, constants.R_OK | constants.W_OK);
    return;
  }
  const whole = `${lock}.${randomUUID()}`;
  try {
    writeFileSync(whole, Buffer.alloc(LOCK_FILE_BYTES), { mode: 0o600, flush: true });
    linkSync(whole, lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

/** Throws if the disk doesn't have `bytes` of space: writes and removes a file of that size. */
export function assertFreeSpace(path: string, bytes: number): void {
  const proof = `${path}.${randomUUID()}`;
  try {
    writeFileSync(proof, Buffer.alloc(bytes), { mode: 0o600, flush: true });
  } finally {
    rmSync(proof, { force: true });
  }
}
