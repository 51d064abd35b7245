import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectoryLock } from './directory-lock.js';
import { lockDirectory, openEnvironment, type Environment } from './environment.js';

/** Time between two checks that the files are still there, ms. */
const CHECK_INTERVAL_MS = 1000;

/**
 * The lock and the database of a data directory. Finds out that they were removed or replaced while
 * they were open: LMDB would go on writing to files that no directory lists any more.
 */
export class LogFiles {
  readonly #directory: string;
  /** How long removed files are waited for before a new log is made in their place, ms. */
  readonly #graceMs: number;
  readonly #serverPid: number;
  #lock: DirectoryLock | undefined;
  #environment: Environment | undefined;
  #checkedAt = 0;
  #missingSince: number | undefined;

  /** @param serverPid named to others that want the directory */
  constructor(directory: string, graceMs: number, serverPid: number) {
    this.#directory = directory;
    this.#graceMs = graceMs;
    this.#serverPid = serverPid;
  }

  /** Undefined while the database is closed. */
  get environment(): Environment | undefined {
    return this.#environment;
  }

  /**
   * Opens the database, again if it is open. Makes the directory and the log if they aren't there.
   * Throws an error of one line if that is impossible, or if another process uses the directory.
   */
  open(): Environment {
    this.closeDatabase();
    if (this.#lock?.isInPlace() === false) {
      this.#lock.release();
      this.#lock = undefined;
    }
    this.#lock ??= lockDirectory(this.#directory, this.#serverPid);
    this.#environment = openEnvironment(this.#directory);
    this.#checkedAt = performance.now();
    this.#missingSince = undefined;
    return this.#environment;
  }

  /**
   * Like {@link open}, for a log that was open before: waits for files that were removed to be put
   * back. Throws while it waits.
   */
  reopen(): Environment {
    this.closeDatabase();
    const path = join(this.#directory, 'log.mdb');
    if (statSync(path, { throwIfNoEntry: false }) === undefined) {
      const now = performance.now();
      this.#missingSince ??= now;
      if (now - this.#missingSince < this.#graceMs) throw new Error(`${path} was removed`);
    }
    return this.open();
  }

  /** Whether the open files are still those of the directory; looked at once a second. */
  areInPlace(): boolean {
    const now = performance.now();
    if (now - this.#checkedAt < CHECK_INTERVAL_MS) return true;
    this.#checkedAt = now;
    return this.#environment?.space.isInPlace() === true && this.#lock?.isInPlace() === true;
  }

  closeDatabase(): void {
    void this.#environment?.db.close(); // synchronous; a rejection ends the process and is reported
    this.#environment?.space.close();
    this.#environment = undefined;
  }

  close(): void {
    this.closeDatabase();
    this.#lock?.release();
    this.#lock = undefined;
  }
}
