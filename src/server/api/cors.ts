import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a page of an allowed origin may send, and read of the answers. */
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID';
const RESPONSE_HEADERS = 'Location, Retry-After';

/** How long a browser may remember that it may, s. */
const MAX_AGE_S = '600';

/**
 * Lets a page of `origin`, which has been allowed, read the answer (Fetch Standard §3.2). It is allowed
 * without credentials: there are none but the token that the page itself sends.
 */
export function shareWith(origin: string | undefined, response: ServerResponse): void {
  response.setHeader('Vary', 'Origin');
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', RESPONSE_HEADERS);
}

/** What a browser wants to know before it lets a page send something (Fetch Standard §4.8). */
export function preflightHeaders(
  { headers }: IncomingMessage,
  methods: string,
): Readonly<Record<string, string>> {
  if (headers['access-control-request-method'] === undefined) return {};
  return {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': REQUEST_HEADERS,
    'Access-Control-Max-Age': MAX_AGE_S,
  };
}
