import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** Got beyond what is needed, so that a growing file doesn't need it for every batch. */
const AHEAD_BYTES = 1_048_576;
const ZEROS = Buffer.alloc(65_536);

/**
 * Disk space for the database's file, got before LMDB needs it. LMDB must not be the one to find
 * out that a disk is full: it writes its message about that beyond the memory it has for it, and
 * the process dies of that sooner or later.
 */
export class ReservedSpace {
  readonly #descriptor: number;
  /** Up to here the file has its blocks. */
  #end: number;

  /** Makes the file, for its owner alone, if it isn't there. */
  constructor(path: string) {
    this.#descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#end = fstatSync(this.#descriptor).size;
  }

  /**
   * Sees to it that the first `bytes` of the file can be written; all beyond the first `used` may be
   * overwritten with zeros. Throws if there is no space, and takes none then.
   */
  reserve(used: number, bytes: number): void {
    this.#end = Math.max(this.#end, used);
    const before = this.#end;
    if (before >= bytes) return;
    try {
      while (this.#end < bytes + AHEAD_BYTES) {
        this.#end += writeSync(this.#descriptor, ZEROS, 0, ZEROS.length, this.#end);
      }
    } catch (error) {
      if (this.#end >= bytes) return;
      this.#end = before;
      ftruncateSync(this.#descriptor, before);
      throw new Error('no space is left on the disk', { cause: error });
    }
  }

  /** Empties the file; its space isn't reserved any more. */
  giveBack(): void {
    this.#end = 0;
    ftruncateSync(this.#descriptor, 0);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
