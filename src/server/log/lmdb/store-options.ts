import type { LogState } from '../log.js';

/**
 * How long a log whose files were removed waits for them, ms: a directory may be moved, or its disk
 * be mounted again. After that a new log is made there.
 */
export const REMOVED_GRACE_MS = 10_000;

/** Directory and size of a store (store.ts). */
export interface LmdbStoreOptions {
  readonly directory: string;
  /** Newest messages kept of each room, at least 1. */
  readonly historyPerRoom: number;
  /** How long removed files are waited for, ms; see {@link REMOVED_GRACE_MS}. */
  readonly removedGraceMs?: number;
  /** Process that the directory is used for, named to others; this one by default. */
  readonly serverPid?: number;
}

/** State of a store that was opened. */
export interface OpenedStore extends LogState {
  /** Id of the batch that was logged last; undefined if none was. */
  readonly newestBatch: string | undefined;
}
