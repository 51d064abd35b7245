import type { ServerResponse } from 'node:http';
import { isRoomName } from '../../protocol/room-name.js';
import { tokenOf } from '../auth/bearer.js';
import { EventWire } from '../event-wire.js';
import { respondText, secure } from '../respond.js';
import { refusalOfToken, REFUSALS, type GateOptions, type Refusal } from '../websocket.js';
import type { Call } from './routes.js';

/** EventSources come back after a time between these, ms, not all in one instant. */
const RETRY_FROM_MS = 1000;
const RETRY_TO_MS = 5000;

/** The answers before a stream have to come first, and it never ends. */
const UNANSWERED: Refusal = {
  reason: 'handshake',
  status: 400,
  why: 'another request is unanswered',
};

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
   * Whether the token of a call opens `room`, or none is asked for; answers itself if not. An
   * EventSource that was let in and then closed would come back for ever.
   */
  async admits(call: Call, room: string): Promise<boolean> {
    const verdict = await this.#options.access?.check(tokenOf(call.request), room);
    if (verdict === undefined || verdict.ok) return true;
    this.#refuse(call, refusalOfToken(verdict));
    return false;
  }

  /**
   * Answers with an event stream that begins with `prelude`, and makes it a peer whose first room is
   * `room`. Refuses with a status and a reason, and then returns undefined.
   */
  open(call: Call, room: string, prelude = ''): EventWire | undefined {
    const { request, response, address } = call;
    const refusal = this.#check(response, room);
    if (refusal !== undefined) return this.#refuse(call, refusal);
    if (request.method === 'HEAD') {
      writeHead(response);
      response.end();
      return undefined;
    }
    const admission = this.#options.desk.admit(address);
    if (admission !== 'admitted') return this.#refuse(call, REFUSALS[admission]);
    writeHead(response);
    const retryMs = Math.round(RETRY_FROM_MS + Math.random() * (RETRY_TO_MS - RETRY_FROM_MS));
    response.write(`retry: ${retryMs}\n\n${prelude}`);
    const { socket } = request;
    socket.setTimeout(0); // the heartbeat finds out whether it is alive
    const wire = new EventWire(socket);
    this.#options.onAccepted({
      ws: wire,
      socket,
      room,
      dialect: 'events',
      address,
      grant: undefined, // it is in the session's join
    });
    return wire;
  }

  #check(response: ServerResponse, room: string): Refusal | undefined {
    if (!isRoomName(room)) return REFUSALS.room;
    if (response.socket === null) return UNANSWERED;
    return this.#options.draining() ? REFUSALS.draining : undefined;
  }

  #refuse({ response, address }: Call, refusal: Refusal): undefined {
    const { status, why, headers } = refusal;
    this.#options.onRefused(address, refusal);
    respondText(response, status, why, { ...headers, Connection: 'close' });
  }
}

/** The body has no length and isn't chunked: it ends with the connection (RFC 9112 §6.3). */
function writeHead(response: ServerResponse): void {
  secure(response);
  response.useChunkedEncodingByDefault = false;
  response.shouldKeepAlive = false;
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no', // nginx passes on what it gets when it gets it
    Connection: 'close',
  });
}
