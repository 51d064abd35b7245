import { OutcomeUnknown } from '../log/log.js';
import type { Failures } from '../ops/failures.js';

/** Time after which a client may try again, ms. */
export const RETRY_AFTER_MS = 1000;

/** `unknown`: the message may be in the log or not. `unavailable`: it is not. */
export type AppendOutcome = 'unavailable' | 'unknown';

/** Counts and logs an append that was rejected with `error`. */
export function reportAppendFailure(
  failures: Failures,
  error: unknown,
  room: string,
): AppendOutcome {
  const unknown = error instanceof OutcomeUnknown;
  failures.report(unknown ? 'appendUnknown' : 'appendUnavailable', error, { room });
  return unknown ? 'unknown' : 'unavailable';
}
