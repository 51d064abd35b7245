import { join } from 'node:path';
import { open } from 'lmdb';
import type { Database } from './lmdb-database.js';
import { checkDataFile, makeLockFile, proveSpace } from './lmdb-file.js';

/** What LMDB needs to make an empty database, and more. */
const EMPTY_BYTES = 65_536;

/**
 * The right to use a directory, which one process has at a time, and in that process one at a time.
 *
 * It is a slot in the table of readers of a database that is there for nothing else. For whoever has
 * a database open the kernel holds a lock on its lock file (fcntl), and lets go of it when the
 * process ends, however it ends; the first to open the database when nobody has that lock starts
 * with an empty table. So a killed owner blocks nobody, a pid that was used again means nothing, and
 * two containers that share a directory, each with a process 1, see each other. Looking and taking
 * the slot are one write transaction: of two that start at once one comes first.
 */
export class DirectoryLock {
  readonly #db: Database;

  /** Throws an error of one line if another has the right, or if the directory can't be used. */
  constructor(directory: string) {
    const path = join(directory, 'lock.mdb');
    if (checkDataFile(path) === 0) proveSpace(path, EMPTY_BYTES);
    makeLockFile(path);
    this.#db = open<Buffer, Buffer>({
      path,
      encoding: 'binary',
      keyEncoding: 'binary',
      overlappingSync: false,
    });
    try {
      this.#db.transactionSync(() => this.#take());
    } catch (error) {
      this.release();
      throw error;
    }
  }

  release(): void {
    void this.#db.close(); // done when it returns
  }

  #take(): void {
    // Each line of the list begins with a pid, the heading excepted.
    const lines = this.#db.readerList().split('\n');
    const owner = lines.map((line) => Number.parseInt(line, 10)).find((pid) => pid > 0);
    if (owner !== undefined) {
      throw new Error(`it is in use by another tickchat (pid ${owner})`);
    }
    this.#db.useReadTransaction().done(); // the slot stays taken until the database is closed
  }
}
