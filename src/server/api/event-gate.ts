import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRoomName } from '../../protocol/room-name.js';
import { EventWire } from '../event-wire.js';
import { originAllowed } from '../origin.js';
import { respondText, secure } from '../respond.js';
import { addressOf, REFUSALS, type GateOptions, type Refusal } from '../websocket.js';

/** EventSources come back after a time between these, ms, not all in one instant. */
const RETRY_FROM_MS = 1000;
const RETRY_TO_MS = 5000;

/** Opens event streams, under the same rules as WebSockets. */
export class EventGate {
  readonly #options: GateOptions;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Largest text of a message, bytes of UTF-8. */
  get maxMessage(): number {
    return this.#options.maxMessage;
  }

  /**
   * Answers with an event stream that begins with `prelude`, and makes it a peer whose first room is
   * `room`. Refuses with a status and a reason, and then returns undefined.
   */
  open(
    request: IncomingMessage,
    response: ServerResponse,
    room: string,
    prelude = '',
  ): EventWire | undefined {
    const refusal = this.#check(request, response, room);
    if (refusal !== undefined) return this.#refuse(request, response, refusal);
    if (request.method === 'HEAD') {
      writeHead(request, response);
      response.end();
      return undefined;
    }
    const { socket } = request;
    const address = addressOf(socket);
    const admission = this.#options.desk.admit(address);
    if (admission !== 'admitted') return this.#refuse(request, response, REFUSALS[admission]);
    writeHead(request, response);
    const retryMs = Math.round(RETRY_FROM_MS + Math.random() * (RETRY_TO_MS - RETRY_FROM_MS));
    response.write(`retry: ${retryMs}\n\n${prelude}`);
    const wire = new EventWire(socket);
    this.#options.onAccepted({ ws: wire, socket, room, dialect: 'events', address });
    return wire;
  }

  /** Whether a page of this origin may speak here; answers itself if not. */
  allows(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#originAllowed(request)) return true;
    this.#refuse(request, response, REFUSALS.origin);
    return false;
  }

  #check(request: IncomingMessage, response: ServerResponse, room: string): Refusal | undefined {
    if (!this.#originAllowed(request)) return REFUSALS.origin;
    if (!isRoomName(room)) return REFUSALS.room;
    // The answers before it have to come first, and this one never ends.
    if (response.socket === null) return { status: 400, why: 'another request is unanswered' };
    return this.#options.draining() ? REFUSALS.draining : undefined;
  }

  #originAllowed({ headers }: IncomingMessage): boolean {
    // What an <img> of another site asks for has no Origin. It could read nothing, but hold a place.
    if (headers['sec-fetch-mode'] === 'no-cors' && headers['sec-fetch-site'] === 'cross-site') {
      return false;
    }
    return originAllowed(headers.origin, headers.host, this.#options.origins);
  }

  #refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal): undefined {
    const { status, why } = refusal;
    this.#options.onRefused(addressOf(request.socket), status, why);
    respondText(response, status, why, { Connection: 'close' });
  }
}

/** The body has no length and isn't chunked: it ends with the connection (RFC 9112 §6.3). */
function writeHead(request: IncomingMessage, response: ServerResponse): void {
  secure(response);
  shareWith(request, response);
  response.useChunkedEncodingByDefault = false;
  response.shouldKeepAlive = false;
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no', // nginx passes on what it gets when it gets it
    Connection: 'close',
  });
}

/** Lets a page of another origin, which was allowed, read the answer (Fetch §3.2.3). */
export function shareWith({ headers }: IncomingMessage, response: ServerResponse): void {
  if (headers.origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', headers.origin);
  response.setHeader('Vary', 'Origin');
}
