import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { EventWire } from '../event-wire.js';
import { respondText, secure } from '../respond.js';
import { largestV1Frame, roomOf } from '../websocket.js';
import { readBody, utf8In } from './body.js';
import type { EventGate } from './event-gate.js';
import type { Call, Route } from './routes.js';

/** Bytes of a session's id, which is all that its owner has to show. */
const ID_BYTES = 18;

/** A session that is open, and whether a request of its owner is being handled. */
interface Open {
  readonly wire: EventWire;
  busy: boolean;
}

/**
 * tickchat.v1 without a WebSocket: what the server says is an event stream, what the client says
 * comes in requests. The id of a session is told in the stream alone.
 */
export class Sessions {
  readonly #gate: EventGate;
  readonly #open = new Map<string, Open>();

  constructor(gate: EventGate) {
    this.#gate = gate;
  }

  /** What answers where. */
  get routes(): readonly Route[] {
    return [
      { path: /^\/api\/sessions$/, methods: { GET: (call) => this.#begin(call) } },
      { path: /^\/api\/sessions\/([^/]+)$/, methods: { POST: (call) => this.#take(call) } },
    ];
  }

  /** `GET /api/sessions`: opens a session; the first event tells its id. */
  #begin(call: Call): void {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const prelude = `event: session\ndata: ${id}\n\n`;
    const wire = this.#gate.open(call, roomOf(call.request), prelude);
    if (wire === undefined) return;
    this.#open.set(id, { wire, busy: false });
    wire.once('close', () => this.#open.delete(id));
  }

  /**
   * `POST /api/sessions/ID`: frames of its client, one a line. Answered with 204 when they have been
   * taken; while the client is over its rate that is when their turn has come.
   */
  async #take({ request, response, name: id }: Call): Promise<void> {
    const session = this.#open.get(id);
    if (session === undefined) return refuse(response, 404, 'no such session: it has ended');
    if (session.busy) return refuse(response, 409, 'one request of a session at a time');
    session.busy = true;
    try {
      const limit = largestV1Frame(this.#gate.maxMessage);
      const body = await readBody(request, limit);
      if (!body.ok) {
        if (body.why === 'gone') return;
        return refuse(response, 413, `a body takes up to ${limit} bytes`);
      }
      const text = utf8In(body.bytes);
      if (text === undefined) return refuse(response, 400, 'the body is not UTF-8');
      await session.wire.receive(text.split('\n').filter((line) => line !== ''));
    } finally {
      session.busy = false;
    }
    secure(response);
    response.writeHead(204, { 'Cache-Control': 'no-store' });
    response.end();
  }
}

/** What is left of the request isn't read, so the connection can't be used again. */
function refuse(response: ServerResponse, status: number, why: string): void {
  respondText(response, status, why, { Connection: 'close' });
}
