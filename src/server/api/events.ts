import type { IncomingMessage } from 'node:http';
import { clientFrame, MAX_ID_LENGTH, type Position } from '../../protocol/v1.js';
import { tokenOf } from '../auth/bearer.js';
import { respondText } from '../respond.js';
import type { EventGate } from './event-gate.js';
import type { Call, Route } from './routes.js';

/** A life that no log has: what is asked for after it is answered with a gap. */
const NO_EPOCH = 'unknown';

/**
 * `GET /api/rooms/ROOM/events`: the room as Server-Sent Events, for curl, scripts and EventSource.
 * `Last-Event-ID` or `?after=EPOCH:SEQ` resumes. Only reads.
 */
export function roomEventsRoute(gate: EventGate): Route {
  return {
    path: /^\/api\/rooms\/([^/]*)\/events$/,
    methods: { GET: (call) => roomEvents(gate, call) },
  };
}

async function roomEvents(gate: EventGate, call: Call): Promise<void> {
  const { request, name: room, query } = call;
  const asked = query.get('after');
  const after = asked === null ? undefined : positionOf(asked);
  if (asked !== null && after === undefined) {
    return respondText(call.response, 400, 'after takes EPOCH:SEQ, the id of an event');
  }
  if (!(await gate.admits(call, room))) return;
  const token = tokenOf(request);
  const join = { room, ...resumeAt(request, after), ...(token === undefined ? {} : { token }) };
  await gate.open(call, room)?.receive([clientFrame('join', join)]);
}

/** What an EventSource has read last wins: when it comes back its address is still the old one. */
function resumeAt(request: IncomingMessage, asked: Position | undefined): { after?: Position } {
  const id = request.headers['last-event-id'];
  const last = typeof id === 'string' && id !== '' ? id : undefined;
  const after = last === undefined ? asked : (positionOf(last) ?? { epoch: NO_EPOCH, seq: 0 });
  return after === undefined ? {} : { after };
}

/** The position in an id, `EPOCH:SEQ`; undefined if it isn't one. */
function positionOf(id: string): Position | undefined {
  const [, epoch = '', digits = ''] = /^([^:]+):(\d{1,15})$/.exec(id) ?? [];
  if (epoch === '' || epoch.length > MAX_ID_LENGTH) return undefined;
  return { epoch, seq: Number(digits) };
}
