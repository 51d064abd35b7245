import { CLOSE, type CloseRow } from '../protocol/close-code.js';
import type { Cause } from './cause.js';
import type { Environment } from './environment.js';
import type { Socket, Transport } from './socket.js';
import type { Stopped } from './state.js';

/** State of a {@link ReconnectingSocket}, as its owner sees it. */
export type ReconnectingState =
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  /** Disconnected; the next attempt is in `delayMs`. */
  | { readonly name: 'waiting'; readonly delayMs: number; readonly cause: Cause }
  /** Refused, or closed with a code, in a way that reconnecting would not change. */
  | Stopped;

/** The part of the environment that a {@link ReconnectingSocket} uses. */
export type SocketEnvironment = Pick<
  Environment,
  'WebSocket' | 'openSse' | 'reach' | 'random' | 'setTimer'
>;

/** Callbacks of a {@link ReconnectingSocket}. */
export interface ReconnectingSocketEvents {
  onState(state: ReconnectingState): void;
  /** The socket is open. Join, and call {@link ReconnectingSocket.markHealthy} when that worked. */
  onOpen(): void;
  /** A frame arrived. */
  onText(text: string): void;
}

export const LOST: Cause = { code: 'lost', text: 'the connection was lost' };
export const SILENT: Cause = { code: 'timeout', text: 'the server does not answer' };
export const BLOCKED: Cause = {
  code: 'blocked',
  text: 'HTTP works, but neither a WebSocket nor a stream opens',
};

const TOO_MANY_TABS: Cause = {
  code: 'too_many_tabs',
  text: 'other tabs use all six connections to the server',
};

/** The cause for a connection that the server closed with a code. */
export function causeOfClose(
  row: CloseRow,
  reason: string | undefined,
  transport: Transport,
): Cause {
  // Over SSE the join is a request of its own: HTTP/1.1 has no connection left for it.
  if (row === CLOSE.joinLate && transport === 'sse') return TOO_MANY_TABS;
  return { code: row.name, text: reason || row.reason };
}

/** The step after the end of a socket that was closed from this side. */
export type AfterClosing =
  | { readonly do: 'nothing' }
  | { readonly do: 'ask' | 'use sse' }
  | { readonly do: 'wait'; readonly cause: Cause };

/** Phase of a {@link ReconnectingSocket}: exactly one holds. */
export type Phase =
  | { readonly name: 'idle' }
  /** `open`: frames go both ways, the server has not answered the join yet. */
  | { readonly name: 'opening' | 'open' | 'healthy'; readonly socket: Socket }
  /** Closed from this side. Nothing is read from the socket; its `close` event is awaited. */
  | { readonly name: 'closing'; readonly socket: Socket; readonly next: AfterClosing }
  /** The socket failed. The server is asked over HTTP. */
  | { readonly name: 'asking' }
  | { readonly name: 'waiting' };
