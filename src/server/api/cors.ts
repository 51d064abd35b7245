import type { IncomingMessage, ServerResponse } from 'node:http';

/** Headers that a page of an allowed origin may send, and read in responses. */
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID';
const RESPONSE_HEADERS = 'Location, Retry-After';

/** How long a browser may cache a preflight response, s. */
const MAX_AGE_S = '600';

/**
 * Lets a page of an allowed `origin` read the response (Fetch Standard §3.2). Without credentials:
 * the only one is the token that the page itself sends.
 */
export function allowOrigin(origin: string | undefined, response: ServerResponse): void {
  response.setHeader('Vary', 'Origin');
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', RESPONSE_HEADERS);
}

/** Headers of the response to a preflight request (Fetch Standard §4.8). */
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
