/** History was lost: the log may only go on in another epoch. */
export class HistoryLost extends Error {}

/** How far a log has come: tells whether a database that is opened again lacks something. */
export interface Progress {
  readonly epoch: string;
  /** Possible ids of the newest batch: two while an outcome is unknown; undefined for none. */
  readonly newestBatch: ReadonlyArray<string | undefined>;
}

/**
 * Throws {@link HistoryLost} if a database doesn't hold what was logged up to `expected`: another
 * log, an emptied directory, or an old copy of this log.
 */
export function assertNothingLost(
  expected: Progress,
  found: { readonly epoch: string; readonly newestBatch: string | undefined },
  directory: string,
): void {
  if (found.epoch !== expected.epoch || !expected.newestBatch.includes(found.newestBatch)) {
    throw new HistoryLost(`the log in ${directory} was replaced by another log or an older copy`);
  }
}
