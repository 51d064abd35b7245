import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { READY } from '../../protocol/handshake.js';
import { isRoomName } from '../../protocol/room-name.js';
import { V1_SUBPROTOCOL } from '../../protocol/v1.js';
import type { Verdict } from '../auth/access.js';
import { tokenOf } from '../auth/bearer.js';
import type { RemoteClient } from '../http/client-address.js';
import { originAllowed } from '../http/origin.js';
import { respondText, responseForUpgrade } from '../http/respond.js';
import {
  handshakeHeaders,
  largestV1Frame,
  refusalOfOrigin,
  refusalOfToken,
  REFUSALS,
  roomOf,
  sendRefusal,
  WEBSOCKET_VERSION,
  type HandshakeRefusal,
  type HandshakeRules,
} from './handshake.js';
import type { Protocol } from './transport.js';

/** Most fragments of a message; each costs as much as a frame. One over closes with 1008. */
const MAX_FRAGMENTS = 1024;

/** How long a client may take to answer a close frame, ms, before it is cut. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Handles `upgrade` requests: rejects with a reason, or completes the handshake through ws. */
export class WebSocketUpgrader {
  readonly #rules: HandshakeRules;
  readonly #servers: Readonly<Record<Protocol, WebSocketServer>>;

  constructor(rules: HandshakeRules) {
    this.#rules = rules;
    this.#servers = {
      plain: this.#server(rules.maxMessage, false),
      v1: this.#server(largestV1Frame(rules.maxMessage), V1_SUBPROTOCOL),
    };
  }

  /** Handles an `upgrade` event for a WebSocket. */
  async handle(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const client = this.#rules.remoteClientOf(request);
    const room = roomOf(request);
    const refusal = isVersion13(request) ? this.#check(request, client, room) : REFUSALS.version;
    if (refusal !== undefined) return this.#refuse(request, socket, refusal);
    const connection = { via: 'websocket', socket, room, address: client.address } as const;
    if (protocolOf(request) === 'v1') {
      this.#accept('v1', request, head, connection, (transport) => {
        this.#rules.onAccepted({ ...connection, protocol: 'v1', transport });
      });
      return;
    }
    const checked = this.#rules.access.check(tokenOf(request), room);
    // An open server has its verdict at once: nothing is awaited, and no listener comes and goes.
    const verdict = checked instanceof Promise ? await guarded(socket, checked) : checked;
    if (socket.destroyed) return;
    if (!verdict.ok) return this.#refuse(request, socket, refusalOfToken(verdict));
    if (this.#rules.draining()) return this.#refuse(request, socket, REFUSALS.draining);
    const { grant } = verdict;
    this.#accept('plain', request, head, connection, (transport) => {
      this.#rules.onAccepted({ ...connection, protocol: 'plain', transport, grant });
    });
  }

  /**
   * Answers a plain request for the WebSocket's address: how a handshake would be answered. A
   * client whose WebSocket did not open asks it why.
   */
  explain(request: IncomingMessage, response: ServerResponse): void {
    const client = this.#rules.remoteClientOf(request);
    const refusal = this.#check(request, client, roomOf(request)) ?? this.#fullFor(client);
    if (refusal === undefined) {
      return respondText(response, 426, 'this address speaks WebSocket only', {
        ...handshakeHeaders(READY),
        Upgrade: 'websocket',
        Connection: 'Upgrade, close',
        'Sec-WebSocket-Version': WEBSOCKET_VERSION,
      });
    }
    const headers = { ...handshakeHeaders(refusal.reason), Connection: 'close' };
    sendRefusal(response, refusal, headers);
  }

  #fullFor({ address }: RemoteClient): HandshakeRefusal | undefined {
    const state = this.#rules.limiter.stateFor(address);
    return state === 'free' ? undefined : REFUSALS[state];
  }

  #accept(
    protocol: Protocol,
    request: IncomingMessage,
    head: Buffer,
    { socket, address }: { readonly socket: Socket; readonly address: string },
    onAccepted: (transport: WebSocket) => void,
  ): void {
    const slot = this.#rules.limiter.acquire(address);
    if (slot !== 'acquired') return this.#refuse(request, socket, REFUSALS[slot]);
    let accepted = false;
    this.#servers[protocol].handleUpgrade(request, socket, head, (transport) => {
      accepted = true;
      onAccepted(transport);
    });
    // handleUpgrade is synchronous: ws has accepted or rejected the handshake by now.
    if (!accepted) this.#rules.limiter.release(address);
  }

  /** @param subprotocol the one to agree on; false for none */
  #server(maxPayload: number, subprotocol: string | false): WebSocketServer {
    const settings: ServerOptions & { closeTimeout: number; maxFragments: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload,
      maxFragments: MAX_FRAGMENTS,
      autoPong: false, // the peer answers pings: it knows whether it lags
      closeTimeout: CLOSE_TIMEOUT_MS,
      handleProtocols: () => subprotocol,
    };
    const server = new WebSocketServer(settings);
    server.on('wsClientError', (error, socket, request) => {
      this.#refuse(request, socket as Socket, {
        ok: false,
        reason: 'handshake',
        status: 400,
        why: error.message,
      });
    });
    return server;
  }

  #check(
    request: IncomingMessage,
    { scheme }: RemoteClient,
    room: string,
  ): HandshakeRefusal | undefined {
    const { headers } = request;
    const { origins } = this.#rules;
    if (!originAllowed(headers.origin, headers.host, origins, scheme)) {
      return refusalOfOrigin(request);
    }
    if (!isRoomName(room)) return REFUSALS.room;
    return this.#rules.draining() ? REFUSALS.draining : undefined;
  }

  #refuse(request: IncomingMessage, socket: Socket, refusal: HandshakeRefusal): void {
    this.#rules.onRefused(this.#rules.remoteClientOf(request).address, refusal);
    sendRefusal(responseForUpgrade(socket, request), refusal);
  }
}

/**
 * Waits for the check of a plain client's token; a v1 client sends its own in `join`. No slot is
 * reserved meanwhile, so a full server still reports a bad token.
 */
async function guarded(socket: Socket, checked: Promise<Verdict>): Promise<Verdict> {
  const onError = (): void => void socket.destroy(); // a reset would otherwise end the process
  socket.on('error', onError);
  const verdict = await checked;
  socket.off('error', onError);
  return verdict;
}

function isVersion13({ headers }: IncomingMessage): boolean {
  return headers['sec-websocket-version'] === WEBSOCKET_VERSION;
}

/** v1 if the client offers `tickchat.v1` (RFC 6455 §4.1), else plain. */
function protocolOf(request: IncomingMessage): Protocol {
  const offers = request.headers['sec-websocket-protocol']?.split(',') ?? [];
  return offers.some((offer) => offer.trim() === V1_SUBPROTOCOL) ? 'v1' : 'plain';
}
