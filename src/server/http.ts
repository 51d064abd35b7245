import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { targetOf } from './request-target.js';
import { respondRaw, respondText, responseOn } from './respond.js';
import type { StaticFiles } from './static-files.js';

/** Where the WebSocket is. */
const WEBSOCKET_PATH = '/ws';

/** No browser and no proxy sends near as many. */
const MAX_HEADERS = 200;

/** Takes the handshakes of WebSockets. */
export interface UpgradeHandler {
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

/**
 * The HTTP side: files, `/healthz`, and the way to the WebSocket. Limits what a slow or hostile
 * client may cost: half a request is gone within 10 s.
 */
export function createHttp(files: StaticFiles, webSocket: UpgradeHandler): Server {
  const server = createServer({
    headersTimeout: 5000,
    requestTimeout: 8000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
    requireHostHeader: false, // checked here, so that the answer has the security headers
  });
  server.maxHeadersCount = 0; // over its own limit Node drops some in silence: an Origin, maybe
  server.on('request', (request, response) => handleRequest(files, request, response));
  server.on('upgrade', (request, socket: Socket, head) => {
    // Both listen for errors of the socket at once: Node no longer does.
    if (isHandshake(request)) webSocket.handle(request, socket, head);
    // curl offers HTTP/2 on every request: a server may ignore an upgrade (RFC 9110 §7.8).
    else handleRequest(files, request, responseOn(socket, request));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else respondRaw(socket, statusOf(error.code), error.message);
  });
  return server;
}

function isHandshake(request: IncomingMessage): boolean {
  const { path } = targetOf(request);
  return path === WEBSOCKET_PATH && wantsWebSocket(request) && !tooManyHeaders(request);
}

function wantsWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

function tooManyHeaders(request: IncomingMessage): boolean {
  return request.rawHeaders.length / 2 > MAX_HEADERS;
}

function handleRequest(
  files: StaticFiles,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { path } = targetOf(request);
  if (tooManyHeaders(request)) {
    respondText(response, 431, `more than ${MAX_HEADERS} header fields`, { Connection: 'close' });
  } else if (request.headers.host === undefined && request.httpVersion === '1.1') {
    respondText(response, 400, 'no Host header', { Connection: 'close' });
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    respondText(response, 405, 'only GET and HEAD', { Allow: 'GET, HEAD', Connection: 'close' });
  } else if (path === '/healthz') {
    respondText(response, 200, 'ok');
  } else if (path === WEBSOCKET_PATH) {
    respondText(response, 426, `${WEBSOCKET_PATH} speaks WebSocket only`, {
      Upgrade: 'websocket',
      Connection: 'Upgrade, close',
      'Sec-WebSocket-Version': '13',
    });
  } else if (wantsWebSocket(request) || !files(request, response)) {
    respondText(response, 404, 'not found');
  }
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
