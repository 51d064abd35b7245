import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServerResponse as Response, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from './security-headers.js';

/** Puts the security headers on a response that has sent nothing yet. */
export function secure(response: ServerResponse): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
}

/** Answers with one line of text. */
export function respondText(
  response: ServerResponse,
  status: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  secure(response);
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : `${line}\n`);
}

/** Answers with a value as JSON. */
export function respondJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  secure(response);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...headers,
  });
  response.end(response.req.method === 'HEAD' ? undefined : `${JSON.stringify(value)}\n`);
}

/**
 * A response on the socket of an `upgrade` request, which Node hands over bare. The connection is
 * closed after it.
 */
export function responseOn(socket: Socket, request: IncomingMessage): ServerResponse {
  socket.on('error', () => socket.destroy()); // a reset would otherwise end the process
  const response = new Response(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => socket.destroySoon());
  return response;
}

/** Answers what isn't HTTP (no request could be read) and closes the connection. */
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
