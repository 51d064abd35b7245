import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Exchanges } from './exchanges.js';
import type { Readiness } from './ops/readiness.js';
import { secureContextOf, type TlsPair } from './ops/tls.js';
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

/** What an HTTP server is made of. */
export interface HttpParts {
  readonly files: StaticFiles;
  readonly api: Api;
  readonly webSocket: UpgradeHandler;
  readonly readiness: Readiness;
  /** With it the server speaks https, and nothing else. */
  readonly tls: TlsPair | undefined;
}

/** An HTTP server and the requests that it is answering. */
export interface Http {
  readonly server: Server | TlsServer;
  readonly exchanges: Exchanges;
}

/** Half a request is gone within 10 s. */
const LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 8000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  requireHostHeader: false, // checked here, so that the answer has the security headers
};

/** An answer of which the reader takes nothing for so long, ms, is given up with its connection. */
const ANSWER_STALL_MS = 10_000;

/** A TLS handshake may take so long, ms; Node would wait two minutes. */
const TLS_HANDSHAKE_TIMEOUT_MS = 5000;

/** What the TLS layer calls its errors: whoever is at the other end can't read an answer. */
const TLS_ERROR = /^(ERR_SSL_|ERR_TLS_|EPROTO)/;

/**
/**
 * The HTTP side: files, `/healthz`, `/readyz`, and the ways to the API and the WebSocket. Limits what a
 * slow or hostile client may cost.
 */
export function createHttp(parts: HttpParts): Http {
  const { webSocket, tls } = parts;
  const exchanges = new Exchanges();
  const server =
    tls === undefined
      ? createServer(LIMITS)
      : createTlsServer({
          ...LIMITS,
          ...secureContextOf(tls),
          handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
        });
  server.timeout = ANSWER_STALL_MS;
  server.on('timeout', (socket: Socket) => {
    // Whoever waits for their answer, over their rate maybe, does nothing wrong.
    if (socket.writableLength > 0 || exchanges.on(socket) === 0) socket.destroy();
    else socket.setTimeout(ANSWER_STALL_MS);
  });
  server.maxHeadersCount = 0; // over its own limit Node drops some in silence: an Origin, maybe
  server.on('request', (request, response) => {
    if (exchanges.begin(request.socket, response)) handleRequest(parts, request, response);
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
    else handleRequest(parts, request, responseOn(socket, request));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const deaf = error.code === 'ECONNRESET' || TLS_ERROR.test(error.code ?? '');
    if (!socket.writable || deaf) socket.destroy();
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
  { files, api, readiness }: HttpParts,
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
  } else if (path === '/readyz') {
    if (!readiness.draining) respondText(response, 200, 'ready');
    else respondText(response, 503, 'server is going away', { Connection: 'close' });
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
