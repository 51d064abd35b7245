import { CLOSE, closeRow, type CloseName } from '../protocol/close-code.js';
import type { Cause } from './cause.js';
import type { ReceivedFailCode } from '../protocol/read-server-frame.js';

/**
 * A reason for which a client stops: the app closed it, the server refused its join (a fail code,
 * `other` if this version does not know it), the server closed the connection (a name from the
 * table of close codes), or
 * - `origin`: the server does not allow pages of this origin
 * - `host`: the server does not take requests for this host name
 * - `bad_server`: the server broke the protocol
 */
export type StopReason = 'closed' | 'origin' | 'host' | 'bad_server' | ReceivedFailCode | CloseName;

/** Stopped for good. `text` gives the reason for people. */
export interface Stopped {
  readonly name: 'stopped';
  readonly reason: StopReason;
  readonly text: string;
}

/** State of the connection. */
export type ClientState =
  /** An attempt is in progress. */
  | { readonly name: 'connecting' }
  /** Joined: messages go both ways. */
  | { readonly name: 'connected' }
  /** Disconnected for `cause`; the next attempt is in `delayMs`. */
  | { readonly name: 'reconnecting'; readonly delayMs: number; readonly cause: Cause }
  | Stopped;

/**
 * Code of a {@link TickchatError}: a fail code of the server, or
 * - `closed`: the client was closed
 * - `stopped`: the connection has stopped for good
 * - `full`: too many messages are queued to be sent
 * - `behind`: too many messages are queued to be read
 * - `bad_key`: the key is too short or too long
 * - `bad_ticks`: `ticks` is neither `all` nor `sparse`
 */
export type ErrorCode =
  | ReceivedFailCode
  | 'bad_key'
  | 'bad_ticks'
  | 'closed'
  | 'stopped'
  | 'full'
  | 'behind';

/** The error with which the client's promises reject. */
export class TickchatError extends Error {
  override readonly name = 'TickchatError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The state after the server has closed the connection with a `code` that says stop. */
export function stoppedByCode(code: number, text?: string): Stopped {
  const { name: reason, reason: defaultText } = closeRow(code) ?? CLOSE.policy;
  return { name: 'stopped', reason, text: text || defaultText };
}

/** The error for what can't be done because the client has stopped. */
export function errorOf({ reason, text }: Stopped): TickchatError {
  return new TickchatError(reason === 'closed' ? 'closed' : 'stopped', text);
}
