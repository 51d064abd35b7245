import type { ServerResponse } from 'node:http';
import { isRoomName } from '../../protocol/room-name.js';
import { tokenOf } from '../auth/bearer.js';
import { SseTransport } from '../connection/sse-transport.js';
import { setSecurityHeaders } from '../http/respond.js';
import {
  refusalOfToken,
  REFUSALS,
  sendRefusal,
  type HandshakeRules,
  type HandshakeRefusal,
} from '../connection/handshake.js';
import type { RequestContext } from './routes.js';

/** Shortest and longest time after which an EventSource reconnects, ms: chosen at random. */
const RETRY_FROM_MS = 1000;
const RETRY_TO_MS = 5000;

/** Refusal of a stream behind unanswered requests: their responses must come first. */
const UNANSWERED: HandshakeRefusal = {
  ok: false,
  reason: 'handshake',
  status: 400,
  why: 'another request is unanswered',
};

/** Opens SSE streams, by the same rules as WebSockets. */
export class SseHandler {
  readonly #rules: HandshakeRules;

  constructor(rules: HandshakeRules) {
    this.#rules = rules;
  }

  /** Largest text of a message, bytes of UTF-8. */
  get maxMessage(): number {
    return this.#rules.maxMessage;
  }

  /**
   * Checks the token of a request for `room`; responds if it is rejected. That must come before the
   * stream: an EventSource whose stream is opened and then closed reconnects for ever.
   */
  async authorize(context: RequestContext, room: string): Promise<boolean> {
    const verdict = await this.#rules.access.check(tokenOf(context.request), room);
    if (verdict.ok) return true;
    this.#refuse(context, refusalOfToken(verdict));
    return false;
  }

  /**
   * Responds with an SSE stream that begins with `prelude`, and makes it a peer whose default room
   * is `room`. Returns undefined if there is no stream: the request was rejected, or a HEAD.
   */
  open(context: RequestContext, room: string, prelude = ''): SseTransport | undefined {
    const { request, response, address } = context;
    const refusal = this.#check(response, room);
    if (refusal !== undefined) return this.#refuse(context, refusal);
    if (request.method === 'HEAD') {
      writeHead(response);
      response.end();
      return undefined;
    }
    const slot = this.#rules.limiter.acquire(address);
    if (slot !== 'acquired') return this.#refuse(context, REFUSALS[slot]);
    writeHead(response);
    const retryMs = Math.round(RETRY_FROM_MS + Math.random() * (RETRY_TO_MS - RETRY_FROM_MS));
    response.write(`retry: ${retryMs}\n\n${prelude}`);
    const { socket } = request;
    socket.setTimeout(0); // the heartbeat finds dead connections
    const transport = new SseTransport(socket);
    this.#rules.onAccepted({
      transport,
      via: 'sse',
      protocol: 'v1',
      socket,
      room,
      address,
    });
    return transport;
  }

  #check(response: ServerResponse, room: string): HandshakeRefusal | undefined {
    if (!isRoomName(room)) return REFUSALS.room;
    if (response.socket === null) return UNANSWERED;
    return this.#rules.draining() ? REFUSALS.draining : undefined;
  }

  #refuse({ response, address }: RequestContext, refusal: HandshakeRefusal): undefined {
    this.#rules.onRefused(address, refusal);
    sendRefusal(response, refusal, { Connection: 'close' });
  }
}

/** Writes a head without length or chunking: the body ends with the connection (RFC 9112 §6.3). */
function writeHead(response: ServerResponse): void {
  setSecurityHeaders(response);
  response.useChunkedEncodingByDefault = false;
  response.shouldKeepAlive = false;
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no', // nginx must not buffer the stream
    Connection: 'close',
  });
}
