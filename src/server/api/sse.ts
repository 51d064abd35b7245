import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientFrame, MAX_ID_LENGTH, type Position } from '../../protocol/v1.js';
import { tokenOf } from '../auth/bearer.js';
import {
  largestV1Frame,
  refusal,
  roomOf,
  sendRefusal,
  type Refusal,
} from '../connection/handshake.js';
import type { SseTransport } from '../connection/sse-transport.js';
import { setSecurityHeaders } from '../http/respond.js';
import { readBody, refusalOfBody, utf8In } from './body.js';
import type { RequestContext, Route } from './routes.js';
import type { SseHandler } from './sse-handler.js';

/** Length of a session's id, bytes. The id is the only credential of its client. */
const ID_BYTES = 18;

/** An open session, and whether a request of its client is being handled. */
interface OpenSession {
  readonly transport: SseTransport;
  busy: boolean;
}

/**
 * tickchat.v1 without a WebSocket: the server sends an SSE stream, the client sends requests. The
 * id that connects both is sent in the stream only.
 */
export class SseSessions {
  readonly #sse: SseHandler;
  readonly #sessions = new Map<string, OpenSession>();

  constructor(sse: SseHandler) {
    this.#sse = sse;
  }

  /** The routes of sessions. */
  get routes(): readonly Route[] {
    return [
      { path: /^\/api\/sessions$/, methods: { GET: (context) => this.#start(context) } },
      {
        path: /^\/api\/sessions\/([^/]+)$/,
        methods: { POST: (context) => this.#receive(context) },
      },
    ];
  }

  /** `GET /api/sessions`: opens a session; the first event carries its id. */
  #start(context: RequestContext): void {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const prelude = `event: session\ndata: ${id}\n\n`;
    const transport = this.#sse.open(context, roomOf(context.request), prelude);
    if (transport === undefined) return;
    this.#sessions.set(id, { transport, busy: false });
    transport.once('close', () => this.#sessions.delete(id));
  }

  /**
   * `POST /api/sessions/ID`: frames of its client, one per line. The response is 204 when they are
   * handled; a client over its rate waits for it.
   */
  async #receive({ request, response, param: id }: RequestContext): Promise<void> {
    const session = this.#sessions.get(id);
    if (session === undefined)
      return close(response, refusal(404, 'no such session: it has ended'));
    if (session.busy) return close(response, refusal(409, 'one request of a session at a time'));
    session.busy = true;
    try {
      const limit = largestV1Frame(this.#sse.maxMessage);
      const body = await readBody(request, limit);
      if (!body.ok) {
        const refused = refusalOfBody(body, `a body takes up to ${limit} bytes`);
        return refused === undefined ? undefined : close(response, refused);
      }
      const text = utf8In(body.bytes);
      if (text === undefined) return close(response, refusal(400, 'the body is not UTF-8'));
      await session.transport.receive(text.split('\n').filter((line) => line !== ''));
    } finally {
      session.busy = false;
    }
    setSecurityHeaders(response);
    response.writeHead(204, { 'Cache-Control': 'no-store' });
    response.end();
  }
}

/** Rejects and closes: the rest of the request isn't read, so the connection can't be reused. */
function close(response: ServerResponse, refused: Refusal): void {
  sendRefusal(response, refused, { Connection: 'close' });
}

/** An epoch that no log has: a position in it is answered with a gap. */
const NO_EPOCH = 'unknown';

/**
 * `GET /api/rooms/ROOM/events`: the room as Server-Sent Events, for curl, scripts and EventSource.
 * `Last-Event-ID` or `?after=EPOCH:SEQ` resumes. Read only.
 */
export function roomEventsRoute(sse: SseHandler): Route {
  return {
    path: /^\/api\/rooms\/([^/]*)\/events$/,
    methods: { GET: (context) => roomEvents(sse, context) },
  };
}

async function roomEvents(sse: SseHandler, context: RequestContext): Promise<void> {
  const { request, param: room, query } = context;
  const requested = query.get('after');
  const after = requested === null ? undefined : positionOf(requested);
  if (requested !== null && after === undefined) {
    return sendRefusal(context.response, refusal(400, 'after takes EPOCH:SEQ, the id of an event'));
  }
  if (!(await sse.authorize(context, room))) return;
  const token = tokenOf(request);
  const join = { room, ...resumeAt(request, after), ...(token === undefined ? {} : { token }) };
  await sse.open(context, room)?.receive([clientFrame('join', join)]);
}

/** `Last-Event-ID` wins: an EventSource that reconnects still has its old `?after=`. */
function resumeAt(request: IncomingMessage, requested: Position | undefined): { after?: Position } {
  const id = request.headers['last-event-id'];
  const last = typeof id === 'string' && id !== '' ? id : undefined;
  const after = last === undefined ? requested : (positionOf(last) ?? { epoch: NO_EPOCH, seq: 0 });
  return after === undefined ? {} : { after };
}

/** The position in an event id, `EPOCH:SEQ`; undefined if the id is invalid. */
function positionOf(id: string): Position | undefined {
  const [, epoch = '', digits = ''] = /^([^:]+):(\d{1,15})$/.exec(id) ?? [];
  if (epoch === '' || epoch.length > MAX_ID_LENGTH) return undefined;
  return { epoch, seq: Number(digits) };
}
