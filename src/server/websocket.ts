import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { DEFAULT_ROOM, isRoomName, ROOM_NAME_RULE } from '../protocol/room-name.js';
import type { AdmissionDesk } from './admission.js';
import { originAllowed, type AllowedOrigins } from './origin.js';
import { targetOf } from './request-target.js';
import { respondText, responseOn } from './respond.js';

/** The version of the protocol that RFC 6455 describes; browsers of 2010 spoke other drafts. */
const WEBSOCKET_VERSION = '13';

/** How long a closed peer may take to answer, ms, before it is cut. */
const CLOSE_TIMEOUT_MS = 10_000;

/** A connection that has been let in. */
export interface Accepted {
  readonly ws: WebSocket;
  readonly socket: Socket;
  readonly room: string;
  readonly address: string;
  /** Gives its place back. To be called when the connection is gone. */
  readonly release: () => void;
}

/** What decides over a handshake, and what follows it. */
export interface GateOptions {
  /** Largest message, bytes of UTF-8; a larger one closes the connection with 1009. */
  readonly maxMessage: number;
  readonly origins: AllowedOrigins;
  readonly desk: AdmissionDesk;
  /** Whether the server still takes anybody in. */
  draining(): boolean;
  onAccepted(accepted: Accepted): void;
  onRefused(address: string, status: number, why: string): void;
}

/** A refusal before the upgrade: an HTTP status and one line that says why. */
interface Refusal {
  readonly status: number;
  readonly why: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Takes `upgrade` requests: refuses with a reason, or completes the handshake through ws. */
export class WebSocketGate {
  readonly #options: GateOptions;
  readonly #wss: WebSocketServer;

  constructor(options: GateOptions) {
    this.#options = options;
    const settings: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.maxMessage,
      autoPong: false, // Peer answers pings: it knows whether the last answer was read
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: () => false, // never say yes to a subprotocol that isn't spoken here
    };
    this.#wss = new WebSocketServer(settings);
    this.#wss.on('wsClientError', (error, socket, request) => {
      this.#refuse(request, socket as Socket, { status: 400, why: error.message });
    });
  }

  /** Handles an `upgrade` event for a WebSocket. */
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const refusal = this.#check(request);
    if (refusal !== undefined) return this.#refuse(request, socket, refusal);
    const address = addressOf(socket);
    const admission = this.#options.desk.admit(address);
    if (!admission.admitted) return this.#refuse(request, socket, REFUSALS[admission.why]);
    const { release } = admission;
    socket.once('close', release);
    this.#wss.handleUpgrade(request, socket, head, (ws) => {
      // From here on the owner gives the place back, maybe later: see Peer's onGone.
      socket.off('close', release);
      this.#options.onAccepted({ ws, socket, room: roomOf(request), address, release });
    });
  }

  #check(request: IncomingMessage): Refusal | undefined {
    const { headers } = request;
    if (headers['sec-websocket-version'] !== WEBSOCKET_VERSION) return REFUSALS.version;
    if (!originAllowed(headers.origin, headers.host, this.#options.origins)) return REFUSALS.origin;
    if (!isRoomName(roomOf(request))) return REFUSALS.room;
    return this.#options.draining() ? REFUSALS.draining : undefined;
  }

  #refuse(request: IncomingMessage, socket: Socket, { status, why, headers }: Refusal): void {
    this.#options.onRefused(addressOf(socket), status, why);
    respondText(responseOn(socket, request), status, why, headers);
  }
}

const REFUSALS = {
  version: {
    status: 426,
    why: `this server speaks WebSocket version ${WEBSOCKET_VERSION} (RFC 6455) only`,
    headers: { 'Sec-WebSocket-Version': WEBSOCKET_VERSION },
  },
  origin: { status: 403, why: 'origin not allowed' },
  room: { status: 400, why: `bad room name: ${ROOM_NAME_RULE}` },
  draining: { status: 503, why: 'server is going away' },
  full: { status: 503, why: 'server is full' },
  'address full': { status: 429, why: 'too many connections from this address' },
} as const satisfies Record<string, Refusal>;

function roomOf(request: IncomingMessage): string {
  return new URLSearchParams(targetOf(request).query).get('room') ?? DEFAULT_ROOM;
}

/** The address of the other end; an IPv4 address is the same over a dual-stack socket. */
function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}
