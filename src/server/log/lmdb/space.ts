import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';

/** Space reserved beyond the need, bytes, so that not every batch has to reserve. */
const AHEAD_BYTES = 1_048_576;
const ZEROS = Buffer.alloc(65_536);

/**
 * Disk space for the database's file, reserved before LMDB needs it. LMDB must never meet a full
 * disk: it writes its error message past the end of a buffer, and the process crashes sooner or
 * later.
 */
export class ReservedSpace {
  readonly #path: string;
  readonly #descriptor: number;
  /** The file has disk blocks up to this offset. */
  #end: number;

  /** Makes the file, for its owner alone, if it isn't there. */
  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    this.#end = fstatSync(this.#descriptor).size;
  }

  /**
   * Ensures that the first `bytes` of the file can be written; everything beyond the first `used`
   * may be overwritten with zeros. Throws if there is no space, and reserves none then.
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
      throw new Error(problemOf(error as NodeJS.ErrnoException), { cause: error });
    }
  }

  /** Whether the path still leads to this file: it may have been removed or replaced. */
  isInPlace(): boolean {
    const there = statSync(this.#path, { throwIfNoEntry: false });
    const { dev, ino } = fstatSync(this.#descriptor);
    return there?.dev === dev && there.ino === ino;
  }

  /** Empties the file; its space isn't reserved any more. */
  truncate(): void {
    this.#end = 0;
    ftruncateSync(this.#descriptor, 0);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function problemOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOSPC') return 'no space is left on the disk';
  return code === 'EDQUOT' ? 'the disk quota is used up' : message;
}
