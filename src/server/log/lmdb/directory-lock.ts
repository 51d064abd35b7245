import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { Database } from './database.js';
import { checkDataFile, makeLockFile, assertFreeSpace } from './file.js';

/** More than an empty database takes on the disk, bytes. */
const EMPTY_BYTES = 65_536;

/** How long the log process of a server that was killed is waited for, ms. */
const ORPHAN_MS = 4000;

/** The same if the server seems to be there: its parent may not have noticed that it ended, ms. */
const GRACE_MS = 500;

/** Time between two attempts, ms. */
const RETRY_MS = 20;

/** Another process holds the lock. */
class InUse extends Error {
  readonly serverPid: number;

  constructor(serverPid: number) {
    super(`it is in use by another tickchat (pid ${serverPid})`);
    this.serverPid = serverPid;
  }
}

/**
 * Locks a directory for a server. Waits for the log process of a server that was killed: it ends
 * after its last transaction. Throws an error of one line if another server holds the lock, or if
 * the directory can't be used.
 */
export function takeDirectoryLock(directory: string, serverPid: number): DirectoryLock {
  const began = performance.now();
  for (;;) {
    try {
      return new DirectoryLock(directory, serverPid);
    } catch (error) {
      if (!(error instanceof InUse)) throw error;
      const waitMs = isRunning(error.serverPid) ? GRACE_MS : ORPHAN_MS;
      if (performance.now() - began > waitMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/** Looks for a process. One in another container is not found, or is another. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * The right to use a directory, held by one process at a time, and once in that process.
 *
 * It is a slot in LMDB's table of readers, in a database that exists for nothing else. LMDB holds a
 * kernel lock (fcntl) on the lock file of an open database; the kernel releases it when the process
 * ends, however it ends. The first process to open the database without such a lock starts with an
 * empty table. So a killed owner blocks no other process, a reused pid means nothing, and two
 * containers that share a directory, each with a process 1, see each other. Reading the table and
 * taking the slot are one write transaction: of two processes that start at once, one comes first.
 */
export class DirectoryLock {
  readonly #db: Database;
  readonly #path: string;
  readonly #pidFile: string;
  readonly #inode: number;
  #isTaken = false;

  /** Throws an error of one line if another holds the lock, or if the directory can't be used. */
  constructor(directory: string, serverPid: number) {
    const path = join(directory, 'lock.mdb');
    this.#path = path;
    this.#pidFile = join(directory, 'lock.pid');
    if (checkDataFile(path) === 0) assertFreeSpace(path, EMPTY_BYTES);
    makeLockFile(path);
    this.#db = open<Buffer, Buffer>({
      path,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
    });
    try {
      this.#inode = statSync(path).ino;
      this.#db.transactionSync(() => this.#take(serverPid));
    } catch (error) {
      this.release();
      throw error;
    }
  }

  /** Whether the directory still has the file of this lock. */
  isInPlace(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  release(): void {
    if (this.#isTaken) this.#removePids();
    void this.#db.close(); // synchronous; a rejection ends the process and is reported
  }

  #take(serverPid: number): void {
    // Each line of the list begins with a pid, except for the heading.
    const lines = this.#db.readerList().split('\n');
    const owner = lines.map((line) => Number.parseInt(line, 10)).find((pid) => pid > 0);
    if (owner !== undefined) throw new InUse(this.#serverOf(owner));
    this.#db.useReadTransaction().done(); // the slot stays taken until the database is closed
    this.#isTaken = true;
    this.#notePids(serverPid);
  }

  /** Notes which server this process works for. Only {@link InUse} and its wait depend on it. */
  #notePids(serverPid: number): void {
    try {
      writeFileSync(this.#pidFile, `${process.pid} ${serverPid}\n`, { mode: 0o600 });
    } catch {
      // A full or failing disk is no reason not to start: the pid of this process is told then.
    }
  }

  #removePids(): void {
    try {
      if (this.isInPlace()) rmSync(this.#pidFile, { force: true });
    } catch {
      // A note that stays is ignored: its first pid is not that of the next owner.
    }
  }

  /** The server that the process with this pid works for; the pid itself if that isn't noted. */
  #serverOf(pid: number): number {
    try {
      const [noted, server = NaN] = readFileSync(this.#pidFile, 'utf8').split(' ').map(Number);
      return noted === pid && server > 0 ? server : pid;
    } catch {
      return pid; // an older tickchat, or no space for the note
    }
  }
}
