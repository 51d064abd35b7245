import type { IncomingMessage } from 'node:http';

/** Path and query of a request target (RFC 9112 §3.2), as sent: nothing is decoded. */
export interface RequestTarget {
  readonly path: string;
  readonly query: string;
}

/** Splits the target of a request at the first question mark. */
export function targetOf(request: IncomingMessage): RequestTarget {
  // The absolute form names the server too and must be accepted (RFC 9112 §3.2.2).
  const url = (request.url ?? '').replace(/^https?:\/\/[^/?#]*/i, '');
  const mark = url.indexOf('?');
  if (mark === -1) return { path: url, query: '' };
  return { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
