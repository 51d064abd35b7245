import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from '../http/error-boundary.js';
import { originAllowed } from '../http/origin.js';
import { targetOf } from '../http/request-target.js';
import { respondText, setSecurityHeaders } from '../http/respond.js';
import { refusalOfOrigin, sendRefusal, type HandshakeRules } from '../connection/handshake.js';
import { preflightHeaders, allowOrigin } from './cors.js';

/** One request of the API. */
export interface RequestContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path parameter: the group of the route's path, decoded. */
  readonly param: string;
  readonly query: URLSearchParams;
  /** Client address. */
  readonly address: string;
}

/** Handles a request. An error that it throws or rejects with is answered with 500. */
export type Handler = (context: RequestContext) => void | Promise<void>;

/** One row of the API: a path with one group, and its handlers by method. */
export interface Route {
  readonly path: RegExp;
  /** `GET` handles HEAD too. The router answers OPTIONS and other methods. */
  readonly methods: Readonly<Partial<Record<'GET' | 'POST' | 'DELETE', Handler>>>;
}

/** Settings of all routes. */
export type RouteSettings = Pick<HandshakeRules, 'origins' | 'remoteClientOf' | 'onRefused'>;

/** Creates the handler of all requests under `/api/`, which finds the route of each. */
export function routeRequests(
  routes: readonly Route[],
  { origins, remoteClientOf, onRefused }: RouteSettings,
): RequestHandler {
  return (request, response) => {
    const { path, query } = targetOf(request);
    const { method = '', headers } = request;
    const route = routes.find((row) => row.path.test(path));
    if (route === undefined) return respondText(response, 404, 'not found');
    const { address, scheme } = remoteClientOf(request);
    if (isEmbedded(request) || !originAllowed(headers.origin, headers.host, origins, scheme)) {
      const refusal = refusalOfOrigin(request);
      onRefused(address, refusal);
      return sendRefusal(response, refusal);
    }
    allowOrigin(headers.origin, response);
    const allow = allowedMethods(route);
    if (method === 'OPTIONS') return respondOptions(request, response, allow);
    const handler = Object.entries(route.methods).find(([name]) => name === asGet(method))?.[1];
    if (handler === undefined) {
      return respondText(response, 405, `only ${allow}`, { Allow: allow });
    }
    // Node reads no body of a request that offers an upgrade, and applies no time-outs to it.
    if (headers.upgrade !== undefined && asGet(method) !== 'GET') {
      return respondText(response, 400, 'only GET may offer an upgrade');
    }
    const param = decode(route.path.exec(path)?.[1] ?? '');
    return handler({ request, response, param, query: new URLSearchParams(query), address });
  };
}

/**
 * Whether a page of another site embeds the URL, for example as an `<img>`, which sends no Origin.
 * The page could read nothing, but the stream would hold a slot.
 */
function isEmbedded({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-mode'] === 'no-cors' && headers['sec-fetch-site'] === 'cross-site';
}

function allowedMethods({ methods }: Route): string {
  const names = Object.keys(methods);
  return [...names, ...(names.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

function asGet(method: string): string {
  return method === 'HEAD' ? 'GET' : method;
}

function respondOptions(request: IncomingMessage, response: ServerResponse, allow: string): void {
  setSecurityHeaders(response);
  response.writeHead(204, {
    Allow: allow,
    'Cache-Control': 'no-store',
    ...preflightHeaders(request, allow),
  });
  response.end();
}

/** Decodes a segment of a path. Keeps one that can't be decoded: it is no valid name. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
