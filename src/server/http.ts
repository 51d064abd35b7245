import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Exchanges } from './exchanges.js';
import { targetOf } from './request-target.js';
import { respondRaw, respondText, responseOn } from './respond.js';
import type { StaticFiles } from './static-files.js';

/** Where the WebSocket is. */
const WEBSOCKET_PATH = '/ws';

/** No browser and no proxy sends near as many. */
const MAX_HEADERS = 200;

/** Everything under this is the API's. */
const API_PATH = '/api/';

/** Answers a request of the API, whatever it is. */
export type Api = (request: IncomingMessage, response: ServerResponse) => void;

/** Takes the handshakes of WebSockets. */
export interface UpgradeHandler {
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

/** An HTTP server and the requests that it is answering. */
export interface Http {
  readonly server: Server;
  readonly exchanges: Exchanges;
}

/**
 * The HTTP side: files, `/healthz`, and the ways to the API and the WebSocket. Limits what a slow or
 * hostile client may cost: half a request is gone within 10 s.
 */
export function createHttp(files: StaticFiles, api: Api, webSocket: UpgradeHandler): Http {
  const exchanges = new Exchanges();
  const server = createServer({
    headersTimeout: 5000,
    requestTimeout: 8000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
    requireHostHeader: false, // checked here, so that the answer has the security headers
  });
  server.maxHeadersCount = 0; // over its own limit Node drops some in silence: an Origin, maybe
  server.on('request', (request, response) => {
    if (exchanges.begin(request.socket, response)) handleRequest(files, api, request, response);
    else request.socket.destroy();
  });
  // Without a listener Node answers by itself, without the security headers.
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    respondText(response, 417, 'only "100-continue" is expected', { Connection: 'close' });
  });
  server.on('upgrade', (request, socket: Socket, head) => {
    // The answers before it have to come first, and they aren't written yet.
    if (exchanges.on(socket) > 0) socket.destroy();
    // Both listen for errors of the socket at once: Node no longer does.
    else if (isHandshake(request)) webSocket.handle(request, socket, head);
    // curl offers HTTP/2 on every request: a server may ignore an upgrade (RFC 9110 §7.8).
    else handleRequest(files, api, request, responseOn(socket, request));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else respondRaw(socket, statusOf(error.code), error.message);
  });
  return { server, exchanges };
}

/** Whether it is a request to open the WebSocket that is none of {@link handleRequest}'s refusals. */
function isHandshake(request: IncomingMessage): boolean {
  const { path } = targetOf(request);
  return (
    path === WEBSOCKET_PATH &&
    wantsWebSocket(request) &&
    request.method === 'GET' &&
    !tooManyHeaders(request) &&
    !lacksHost(request)
  );
}

function wantsWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

function tooManyHeaders(request: IncomingMessage): boolean {
  return request.rawHeaders.length / 2 > MAX_HEADERS;
}

/** A request of HTTP/1.1 names the host (RFC 9112 §3.2), and only HTTP/1.1 can be upgraded. */
function lacksHost(request: IncomingMessage): boolean {
  const mayLack = request.httpVersion === '1.0' && !wantsWebSocket(request);
  return (request.headers.host === undefined || request.httpVersion === '1.0') && !mayLack;
}

function handleRequest(
  files: StaticFiles,
  api: Api,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { path } = targetOf(request);
  if (tooManyHeaders(request)) {
    respondText(response, 431, `more than ${MAX_HEADERS} header fields`, { Connection: 'close' });
  } else if (lacksHost(request)) {
    respondText(response, 400, 'no Host header, or not HTTP/1.1', { Connection: 'close' });
  } else if (path.startsWith(API_PATH) && !wantsWebSocket(request)) {
    api(request, response);
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
