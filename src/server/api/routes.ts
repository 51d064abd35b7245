import type { IncomingMessage, ServerResponse } from 'node:http';
import { originAllowed } from '../origin.js';
import { targetOf } from '../request-target.js';
import { respondText, secure } from '../respond.js';
import { REFUSALS, type GateOptions } from '../websocket.js';
import { preflightHeaders, shareWith } from './cors.js';

/** One request of the API. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the group of the route's path matched, decoded. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** The address of the other end. */
  readonly address: string;
}

/** Answers a call. Never rejects. */
export type Handler = (call: Call) => void | Promise<void>;

/** One row of the API: a path with one group, and what answers there, by method. */
export interface Route {
  readonly path: RegExp;
  /** `GET` answers HEAD too; OPTIONS and what is not here are answered for it. */
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'DELETE', Handler>>>;
}

/** What all routes share. */
export type RouteSettings = Pick<GateOptions, 'origins' | 'senderOf' | 'onRefused'>;

/** A handler of every request under `/api/`: finds its route, and refuses what none takes. */
export function routeRequests(
  routes: readonly Route[],
  { origins, senderOf, onRefused }: RouteSettings,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const { path, query } = targetOf(request);
    const { method = '', headers } = request;
    const route = routes.find((row) => row.path.test(path));
    if (route === undefined) return respondText(response, 404, 'not found');
    const { address, scheme } = senderOf(request);
    if (isEmbedded(request) || !originAllowed(headers.origin, headers.host, origins, scheme)) {
      onRefused(address, REFUSALS.origin);
      return respondText(response, REFUSALS.origin.status, REFUSALS.origin.why);
    }
    shareWith(headers.origin, response);
    const allow = allowed(route);
    if (method === 'OPTIONS') return respondOptions(request, response, allow);
    const handler = Object.entries(route.methods).find(([name]) => name === asGet(method))?.[1];
    if (handler === undefined) {
      return respondText(response, 405, `only ${allow}`, { Allow: allow });
    }
    // Of a request that offers one Node reads no body, and its time-outs don't count either.
    if (headers.upgrade !== undefined && asGet(method) !== 'GET') {
      return respondText(response, 400, 'only GET may offer an upgrade');
    }
    const name = decode(route.path.exec(path)?.[1] ?? '');
    void handler({ request, response, name, query: new URLSearchParams(query), address });
  };
}

/**
 * Whether a page of another site embeds it, as an `<img>` maybe: that has no Origin. It could read
 * nothing, but hold a place.
 */
function isEmbedded({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-mode'] === 'no-cors' && headers['sec-fetch-site'] === 'cross-site';
}

function allowed({ methods }: Route): string {
  const names = Object.keys(methods);
  return [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function asGet(method: string): string {
  return method === 'HEAD' ? 'GET' : method;
}

function respondOptions(request: IncomingMessage, response: ServerResponse, allow: string): void {
  secure(response);
  response.writeHead(204, {
    Allow: allow,
    'Cache-Control': 'no-store',
    ...preflightHeaders(request, allow),
  });
  response.end();
}

/** A segment of a path; what can't be decoded stays as it is, and is no name of anything. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
