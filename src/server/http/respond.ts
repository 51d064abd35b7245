import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServerResponse as Response, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';

/**
 * Headers of every response, errors included. The page may load from and connect to its own server
 * only; 'self' covers the WebSocket of the same host and port (CSP Level 3 §6.7.2.8).
 */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
};

/** Sets the security headers of a response that has sent nothing yet. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}

/** Responds with one line of text. */
export function respondText(
  response: ServerResponse,
  status: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  setSecurityHeaders(response);
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : `${line}\n`);
}

/** Responds with a value as JSON. */
export function respondJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  setSecurityHeaders(response);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : `${JSON.stringify(value)}\n`);
}

/**
 * A response on the stream of an `upgrade` request. The connection is closed after it.
 *
 * @param stream the request's socket, or a wrapper around it (Node 24.9 and newer, for a request
 * with a body)
 */
export function responseForUpgrade(stream: Duplex, request: IncomingMessage): ServerResponse {
  const { socket } = request;
  const end = (): void => {
    stream.destroy();
    socket.destroy();
  };
  // The client reset the connection: nothing is left to do. Unhandled it would end the process.
  for (const one of new Set<Duplex>([stream, socket])) one.on('error', end);
  const response = new Response(request);
  response.shouldKeepAlive = false;
  response.assignSocket(stream as Socket); // it uses the methods of a Duplex only
  response.on('finish', () => stream.end(end));
  return response;
}

/** Responds where no request could be parsed, and closes the connection. */
export function respondRaw(socket: Duplex, status: number, line: string): void {
  const headers = Object.entries({
    ...SECURITY_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(line) + 1),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const statusLine = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  socket.end(`${statusLine}${headers.join('')}\r\n${line}\n`, () => socket.destroy());
}
