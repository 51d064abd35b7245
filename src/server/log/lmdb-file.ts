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
 * What has to be so of a file before LMDB may open it. LMDB is shown nothing unusual: a file that
 * isn't its own, or that was cut short, or a disk without space, ends the whole process (SIGSEGV,
 * SIGBUS) where it should have failed.
 */

/** Fields of LMDB's two header pages, and where they stand in each. */
const MAGIC = 0xbeefc0de;
const HEADER = { magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152, end: 160 };
const DATA_VERSION = 2;

/** Pages at the end of the file that LMDB may have allotted and freed again without writing them. */
const UNWRITTEN_PAGES = 1024;

/** More than LMDB's table of readers needs. */
const LOCK_FILE_BYTES = 16_384;

/**
 * What stands at the path of a directory; undefined if it can still be made there. Throws an error of one
 * line for a link that leads nowhere: it exists as far as mkdir(2) goes, and doesn't as far as stat(2) goes.
 */
export function statDirectory(path: string): Stats | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined && lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new Error(`${path} is a link to nothing`);
  }
  return stat;
}

/**
 * How much of the file at `path` LMDB takes to be in use, bytes: 0 if it isn't there or is empty,
 * and maybe more than there is. Throws an error of one line if it isn't LMDB's or was cut short.
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
 * Makes the lock file of the database at `path`, if it isn't there. LMDB makes it as one large hole
 * and maps it: on a full disk the first write to it would be a SIGBUS. Ours has its blocks. It
 * appears all at once, for another process may be starting too.
 */
export function makeLockFile(path: string): void {
  const lock = `${path}-lock`;
  const stat = statSync(lock, { throwIfNoEntry: false });
  if (stat !== undefined) {
    if (!stat.isFile()) throw new Error(`${lock} is not a file`);
    // Not opened: closing any descriptor of it would give up the locks that this process has on it.
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

/** Throws if the disk doesn't have `bytes` of space: writes that many for a moment. */
export function proveSpace(path: string, bytes: number): void {
  const proof = `${path}.${randomUUID()}`;
  try {
    writeFileSync(proof, Buffer.alloc(bytes), { mode: 0o600, flush: true });
  } finally {
    rmSync(proof, { force: true });
  }
}
