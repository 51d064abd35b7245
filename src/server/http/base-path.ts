import type { IncomingMessage, ServerResponse } from 'node:http';
import { targetOf } from './request-target.js';
import { respondText, setSecurityHeaders } from './respond.js';

/** Whether a request is for the server, at the path that is its root. */
export type UnderBase = (request: IncomingMessage) => boolean;

/**
 * Checks that a target is below `base` (`/tickchat`, or empty for a server at `/`) and takes `base`
 * off it. Leaves others as they are. To be called once for each request.
 */
export function underBase(base: string): UnderBase {
  if (base === '') return () => true;
  return (request) => {
    const { path, query } = targetOf(request);
    if (!path.startsWith(`${base}/`)) return false;
    request.url = withQuery(path.slice(base.length), query);
    return true;
  };
}

/** Answers a request that is not below `base`: the folder without its slash leads to it. */
export function respondOutside(
  base: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { path, query } = targetOf(request);
  if (path !== base) {
    return respondText(response, 404, `not found: this server is at ${base}/ (--base-path)`);
  }
  setSecurityHeaders(response);
  const folder = base.slice(base.lastIndexOf('/') + 1);
  // Relative (RFC 9110 §10.2.2): a proxy may have taken a path off before it.
  const location = withQuery(`${folder}/`, query);
  response.writeHead(308, { Location: location, 'Cache-Control': 'no-store' }).end();
}

function withQuery(path: string, query: string): string {
  return query === '' ? path : `${path}?${query}`;
}
