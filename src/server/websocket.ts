import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type ServerOptions } from 'ws';
import { DEFAULT_ROOM, isRoomName, ROOM_NAME_RULE } from '../protocol/room-name.js';
import { V1_SUBPROTOCOL } from '../protocol/v1.js';
import type { AdmissionDesk } from './admission.js';
import type { Access, Verdict } from './auth/access.js';
import { challenge, tokenOf } from './auth/bearer.js';
import type { Grant } from './auth/grant.js';
import type { Sender, SenderOf } from './client-address.js';
import { originAllowed, type AllowedOrigins } from './origin.js';
import type { Wire } from './peer.js';
import { targetOf } from './request-target.js';
import { respondText, responseOn } from './respond.js';
import type { Dialect } from './room.js';
import type { RefusalReason } from './stats.js';

/** The version of the protocol that RFC 6455 describes; browsers of 2010 spoke other drafts. */
const WEBSOCKET_VERSION = '13';

/** How long a closed peer may take to answer, ms, before it is cut. */
const CLOSE_TIMEOUT_MS = 10_000;

/** A connection that has been let in. */
export interface Accepted {
  readonly ws: Wire;
  readonly socket: Socket;
  /** Room asked for in the address. */
  readonly room: string;
  /** What was agreed on: v1 if the client offered it. */
  readonly dialect: Dialect;
  /** The address of the other end: its place is to be given back when the connection is gone. */
  readonly address: string;
  /** What the token of a plain client gives it, where one is asked for. */
  readonly grant: Grant | undefined;
}

/** What a WebSocket can speak. */
type Spoken = Exclude<Dialect, 'events'>;

/** What decides over a connection, and what follows it. */
export interface GateOptions {
  /** Largest text of a message, bytes of UTF-8; a plain client that sends more is closed (1009). */
  readonly maxMessage: number;
  readonly origins: AllowedOrigins;
  readonly desk: AdmissionDesk;
  /** Who may do what; undefined where everybody may do everything. */
  readonly access: Access | undefined;
  readonly senderOf: SenderOf;
  /** Whether the server still takes anybody in. */
  draining(): boolean;
  onAccepted(accepted: Accepted): void;
  readonly onRefused: (address: string, refusal: Refusal) => void;
}

/** A refusal before a connection is taken: an HTTP status and one line that says why. */
export interface Refusal {
  /** The same for all refusals of a kind. */
  readonly reason: RefusalReason;
  readonly status: number;
  readonly why: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Takes `upgrade` requests: refuses with a reason, or completes the handshake through ws. */
export class WebSocketGate {
  readonly #options: GateOptions;
  readonly #servers: Readonly<Record<Spoken, WebSocketServer>>;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#servers = {
      plain: this.#server(options.maxMessage, false),
      v1: this.#server(largestV1Frame(options.maxMessage), V1_SUBPROTOCOL),
    };
  }

  /** Handles an `upgrade` event for a WebSocket. */
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const sender = this.#options.senderOf(request);
    const refusal = this.#check(request, sender);
    if (refusal !== undefined) return this.#refuse(request, socket, refusal);
    const { address } = sender;
    const { access } = this.#options;
    // A v1 client brings its token in `join`.
    if (access === undefined || dialectOf(request) === 'v1') {
      this.#admit(request, socket, head, address);
    } else void this.#checkToken(access, request, socket, head, address);
  }

  /** Takes no place meanwhile: who has none is told whether the token is good all the same. */
  async #checkToken(
    access: Access,
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    address: string,
  ): Promise<void> {
    const onError = (): void => void socket.destroy(); // a reset would otherwise end the process
    socket.on('error', onError);
    const verdict = await access.check(tokenOf(request), roomOf(request));
    socket.off('error', onError);
    if (socket.destroyed) return;
    if (!verdict.ok) return this.#refuse(request, socket, refusalOfToken(verdict));
    if (this.#options.draining()) return this.#refuse(request, socket, REFUSALS.draining);
    this.#admit(request, socket, head, address, verdict.grant);
  }

  #admit(
    request: IncomingMessage,
    socket: Socket,
    head: Buffer,
    address: string,
    grant?: Grant,
  ): void {
    const admission = this.#options.desk.admit(address);
    if (admission !== 'admitted') return this.#refuse(request, socket, REFUSALS[admission]);
    const dialect = dialectOf(request);
    let accepted = false;
    this.#servers[dialect].handleUpgrade(request, socket, head, (ws) => {
      accepted = true;
      const room = roomOf(request);
      this.#options.onAccepted({ ws, socket, room, dialect, address, grant });
    });
    // ws has accepted or refused by now: nothing in it is waited for.
    if (!accepted) this.#options.desk.release(address);
  }

  /** @param subprotocol what is agreed on; never one that isn't spoken here, hence false */
  #server(maxPayload: number, subprotocol: string | false): WebSocketServer {
    const settings: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload,
      autoPong: false, // Peer answers pings: it knows whether the last answer was read
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: () => subprotocol,
    };
    const server = new WebSocketServer(settings);
    server.on('wsClientError', (error, socket, request) => {
      this.#refuse(request, socket as Socket, {
        reason: 'handshake',
        status: 400,
        why: error.message,
      });
    });
    return server;
  }

  #check(request: IncomingMessage, { scheme }: Sender): Refusal | undefined {
    const { headers } = request;
    const { origins } = this.#options;
    if (headers['sec-websocket-version'] !== WEBSOCKET_VERSION) return REFUSALS.version;
    if (!originAllowed(headers.origin, headers.host, origins, scheme)) {
      return REFUSALS.origin;
    }
    if (!isRoomName(roomOf(request))) return REFUSALS.room;
    return this.#options.draining() ? REFUSALS.draining : undefined;
  }

  #refuse(request: IncomingMessage, socket: Socket, refusal: Refusal): void {
    const { status, why, headers } = refusal;
    this.#options.onRefused(this.#options.senderOf(request).address, refusal);
    respondText(responseOn(socket, request), status, why, headers);
  }
}

/** Why a connection is refused. */
export const REFUSALS = {
  version: {
    reason: 'version',
    status: 426,
    why: `this server speaks WebSocket version ${WEBSOCKET_VERSION} (RFC 6455) only`,
    headers: { 'Sec-WebSocket-Version': WEBSOCKET_VERSION },
  },
  origin: { reason: 'origin', status: 403, why: 'origin not allowed' },
  room: { reason: 'room', status: 400, why: `bad room name: ${ROOM_NAME_RULE}` },
  draining: { reason: 'draining', status: 503, why: 'server is going away' },
  full: { reason: 'full', status: 503, why: 'server is full' },
  'address full': {
    reason: 'address_full',
    status: 429,
    why: 'too many connections from this address',
  },
} as const satisfies Record<string, Refusal>;

/** What is answered to a token that gives nothing. */
export function refusalOfToken({ status, why }: Extract<Verdict, { ok: false }>): Refusal {
  return { reason: 'token', status, why, headers: challenge(status) };
}

/** `tickchat.v1` if it is among what the client offers (RFC 6455 §4.1), else plain. */
function dialectOf(request: IncomingMessage): Spoken {
  const offers = request.headers['sec-websocket-protocol']?.split(',') ?? [];
  return offers.some((offer) => offer.trim() === V1_SUBPROTOCOL) ? 'v1' : 'plain';
}

/** Bytes of the largest v1 frame: room for a text in JSON, where a byte can take six (`\\u0000`), and for what else is in a frame. */
export function largestV1Frame(maxMessage: number): number {
  return 6 * maxMessage + 8192;
}

export function roomOf(request: IncomingMessage): string {
  return new URLSearchParams(targetOf(request).query).get('room') ?? DEFAULT_ROOM;
}
