import type { FailCode } from '../protocol/v1.js';

/**
 * Why something could not be done: a code of the server's, or
 * - `closed`: the client was closed
 * - `stopped`: the connection has ended for good
 * - `full`: too many messages wait to be sent
 * - `behind`: too many messages wait to be read
 */
export type ErrorCode = FailCode | 'closed' | 'stopped' | 'full' | 'behind';

/** What a rejected promise of the client carries. */
export class TickchatError extends Error {
  override readonly name = 'TickchatError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
