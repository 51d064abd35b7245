import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HANDSHAKE_HEADER, type HandshakeReason, type READY } from '../../protocol/handshake.js';
import { DEFAULT_ROOM, ROOM_NAME_RULE } from '../../protocol/room-name.js';
import type { Access, Verdict } from '../auth/access.js';
import { challenge } from '../auth/bearer.js';
import type { Grant } from '../auth/grant.js';
import type { RemoteClientOf } from '../http/client-address.js';
import { hostRefusal } from '../http/host.js';
import { originRefusal, type AllowedOrigins } from '../http/origin.js';
import { targetOf } from '../http/request-target.js';
import { respondText } from '../http/respond.js';
import type { ConnectionLimiter } from './limiter.js';
import type { Transport, TransportName } from './transport.js';

/** The WebSocket version of RFC 6455. Browsers of 2010 spoke earlier drafts. */
export const WEBSOCKET_VERSION = '13';

/** An accepted connection. A plain client was authorized before; a v1 client is at its `join`. */
export type Accepted =
  | (AcceptedConnection & { readonly protocol: 'plain'; readonly grant: Grant })
  | (AcceptedConnection & { readonly protocol: 'v1' });

interface AcceptedConnection {
  readonly transport: Transport;
  readonly via: TransportName;
  readonly socket: Socket;
  /** Room named in the address. */
  readonly room: string;
  /** Client address. Release its slot in the limiter when the connection closes. */
  readonly address: string;
}

/** Handshake rules and callbacks, shared by WebSocket and SSE. */
export interface HandshakeRules {
  /** Largest text of a message, bytes of UTF-8. A plain client that sends more gets 1009. */
  readonly maxMessage: number;
  readonly origins: AllowedOrigins;
  readonly limiter: ConnectionLimiter;
  readonly access: Access;
  readonly remoteClientOf: RemoteClientOf;
  /** Whether the server is shutting down and accepts no new connection. */
  draining(): boolean;
  onAccepted(accepted: Accepted): void;
  readonly onRefused: (address: string, refusal: HandshakeRefusal) => void;
}

/** A rejected request: an HTTP status and one line that says why. */
export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly why: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Time until the next attempt may succeed, ms. */
  readonly retryAfterMs?: number;
}

/** A rejected handshake. It is counted by its reason. */
export interface HandshakeRefusal extends Refusal {
  readonly reason: HandshakeReason;
}

/** A refusal without headers of its own. */
export function refusal(status: number, why: string): Refusal {
  return { ok: false, status, why };
}

/**
 * Answers with a refusal. A 401 carries a challenge (RFC 9110 §11.6.1). `Retry-After`
 * (RFC 9110 §10.2.3) is in whole seconds, rounded up.
 */
export function sendRefusal(
  response: ServerResponse,
  { status, why, headers, retryAfterMs }: Refusal,
  extra: Readonly<Record<string, string>> = {},
): void {
  const retry: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1000)) };
  respondText(response, status, why, { ...challenge(status), ...headers, ...retry, ...extra });
}

/** Handshake refusals that don't depend on the request. */
export const REFUSALS = {
  version: {
    ok: false,
    reason: 'version',
    status: 426,
    why: `this server speaks WebSocket version ${WEBSOCKET_VERSION} (RFC 6455) only`,
    headers: { 'Sec-WebSocket-Version': WEBSOCKET_VERSION },
  },
  room: { ok: false, reason: 'room', status: 400, why: `bad room name: ${ROOM_NAME_RULE}` },
  draining: { ok: false, reason: 'draining', status: 503, why: 'server is going away' },
  full: { ok: false, reason: 'full', status: 503, why: 'server is full' },
  address_full: {
    ok: false,
    reason: 'address_full',
    status: 429,
    why: 'too many connections from this address',
  },
} as const satisfies Record<string, HandshakeRefusal>;

/** The refusal of a request whose Origin is not allowed. */
export function refusalOfOrigin({ headers }: IncomingMessage): HandshakeRefusal {
  const why = originRefusal(headers.origin, headers.host);
  return { ok: false, reason: 'origin', status: 403, why };
}

/** The refusal of a request whose Host is not allowed: misdirected (RFC 9110 §15.5.20). */
function refusalOfHost({ headers }: IncomingMessage): HandshakeRefusal {
  return { ok: false, reason: 'host', status: 421, why: hostRefusal(headers.host) };
}

/** Answers a request whose Host is not allowed, and counts it. */
export function refuseHost(
  { remoteClientOf, onRefused }: Pick<HandshakeRules, 'remoteClientOf' | 'onRefused'>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const refused = refusalOfHost(request);
  onRefused(remoteClientOf(request).address, refused);
  sendRefusal(response, refused, { ...handshakeHeaders('host'), Connection: 'close' });
}

/** The handshake refusal for a rejected token. */
export function refusalOfToken(verdict: Extract<Verdict, { ok: false }>): HandshakeRefusal {
  return { ...verdict, reason: 'token' };
}

/**
 * Headers of an answer that says how a handshake would be answered. Pages of any origin may read
 * it: a refused one learns why.
 */
export function handshakeHeaders(value: HandshakeReason | typeof READY): Record<string, string> {
  return {
    [HANDSHAKE_HEADER]: value,
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': HANDSHAKE_HEADER,
  };
}

/** The room that a request's address names, or the default room. */
export function roomOf(request: IncomingMessage): string {
  const { query } = targetOf(request);
  if (query === '') return DEFAULT_ROOM;
  return new URLSearchParams(query).get('room') ?? DEFAULT_ROOM;
}

/**
 * Largest v1 frame, bytes: a text of `maxMessage` bytes in JSON, where one byte can take six
 * (`\\u0000`), and the frame's other fields.
 */
export function largestV1Frame(maxMessage: number): number {
  return 6 * maxMessage + 8192;
}
