import { CLOSE, closeName, type CloseName } from '../protocol/close-code.js';
import type { FailCode } from '../protocol/v1.js';
import { TickchatError } from './error.js';

/**
 * Why a client doesn't come back by itself: it was closed, the server didn't let it join (a fail
 * code), or the server closed the connection (a name in the table of close codes).
 */
export type StopReason = 'closed' | FailCode | CloseName;

/** Ended for good; `text` says why, for people. */
export interface Stopped {
  readonly name: 'stopped';
  readonly reason: StopReason;
  readonly text: string;
}

/** How the connection is. */
export type ClientState =
  /** An attempt is under way. */
  | { readonly name: 'connecting' }
  /** Joined: messages go both ways. */
  | { readonly name: 'connected' }
  /** Lost; the next attempt is in `delayMs`. */
  | { readonly name: 'reconnecting'; readonly delayMs: number }
  | Stopped;

/** The state after the server has closed the connection with `code`, after which a client stops. */
export function stoppedByCode(code: number, text?: string): Stopped {
  const reason = closeName(code) ?? 'policy';
  return { name: 'stopped', reason, text: text || CLOSE[reason].reason };
}

/** What is rejected because of a stop. */
export function errorOf({ reason, text }: Stopped): TickchatError {
  return new TickchatError(reason === 'closed' ? 'closed' : 'stopped', text);
}
