import type { IncomingMessage, ServerResponse } from 'node:http';
import { targetOf } from '../request-target.js';
import { respondText } from '../respond.js';
import type { GateOptions } from '../websocket.js';
import { EventGate } from './event-gate.js';
import { roomEvents } from './events.js';
import { Sessions } from './sessions.js';

/** Answers a request that is its own; false if it isn't, and nothing was done. */
export type Api = (request: IncomingMessage, response: ServerResponse) => boolean;

const ROOM_EVENTS = /^\/api\/rooms\/([^/]*)\/events$/;
const SESSION = /^\/api\/sessions\/([^/]+)$/;

/** The event streams of the HTTP API: rooms to read, and sessions for clients without a WebSocket. */
export function eventStreams(options: GateOptions): Api {
  const gate = new EventGate(options);
  const sessions = new Sessions(gate);
  return (request, response) => {
    const { path } = targetOf(request);
    const [, room] = ROOM_EVENTS.exec(path) ?? [];
    const [, session] = SESSION.exec(path) ?? [];
    if (room !== undefined) {
      if (takes(request, response, 'GET', 'HEAD')) roomEvents(gate, request, response, room);
    } else if (path === '/api/sessions') {
      if (takes(request, response, 'GET')) sessions.begin(request, response);
    } else if (session !== undefined) {
      if (takes(request, response, 'POST')) void sessions.take(request, response, session);
    } else {
      return false;
    }
    return true;
  };
}

/** Whether the method is one of these; answers itself if not. */
function takes(request: IncomingMessage, response: ServerResponse, ...methods: string[]): boolean {
  if (methods.includes(request.method ?? '')) return true;
  const Allow = methods.join(', ');
  respondText(response, 405, `only ${methods.join(' and ')}`, { Allow, Connection: 'close' });
  return false;
}
