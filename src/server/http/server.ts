import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { respondOutside, underBase } from './base-path.js';
import { guardChunkedBody } from './chunked-body.js';
import { readInSlices } from './input-slices.js';
import { InFlightRequests } from './in-flight.js';
import { guardUpgrade, withErrorBoundary, type OnHandlerError } from './error-boundary.js';
import type { Failures } from '../ops/failures.js';
import type { HostCheck } from './host.js';
import type { Readiness } from '../ops/readiness.js';
import { secureContextOf, type TlsPair } from './tls.js';
import { targetOf } from './request-target.js';
import { respondRaw, respondText, responseForUpgrade } from './respond.js';
import type { StaticFiles } from './static-files.js';

/** Path of the WebSocket. */
const WEBSOCKET_PATH = '/ws';

/** Maximum number of header fields: far more than browsers and proxies send. */
const MAX_HEADERS = 200;

/** Paths for load balancers, which ask under any name. They tell no secret. */
const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/readyz']);

/** Prefix of all paths of the API. */
const API_PATH = '/api/';

/** Responds to every request of the API. */
export type Api = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Responds to WebSocket handshakes. */
export interface UpgradeHandler {
  /** Answers a plain request for the address of the WebSocket. */
  explain(request: IncomingMessage, response: ServerResponse): void;
  handle(request: IncomingMessage, socket: Socket, head: Buffer): void | Promise<void>;
}

/** Parts of an HTTP server. */
export interface HttpParts {
  readonly files: StaticFiles;
  readonly api: Api;
  readonly webSocket: UpgradeHandler;
  readonly readiness: Readiness;
  /** Path that is the server's root, such as `/tickchat`; empty for `/`. */
  readonly basePath: string;
  /** Checks the Host header of every request but those of health checks. */
  readonly hostAllowed: HostCheck;
  /** Answers a request whose Host is not allowed. */
  readonly refuseHost: (request: IncomingMessage, response: ServerResponse) => void;
  /** If present, the server speaks https only. */
  readonly tls: TlsPair | undefined;
  readonly failures: Pick<Failures, 'report'>;
}

/** An HTTP server and its requests without a response. */
export interface Http {
  readonly server: Server | TlsServer;
  readonly inFlight: InFlightRequests;
}

/** Limits of Node's parser: an incomplete request ends within 10 s. */
const LIMITS = {
  maxHeaderSize: 65_536, // a host's other programs may have large cookies
  headersTimeout: 5000,
  requestTimeout: 8000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  requireHostHeader: false, // checked here, so that the response has the security headers
};

/** Time without progress after which a response is aborted, ms. */
const RESPONSE_STALL_MS = 10_000;

/** Time limit of a TLS handshake, ms; Node's default is two minutes. */
const TLS_HANDSHAKE_TIMEOUT_MS = 5000;

/**
 * Creates the HTTP server: files, `/healthz`, `/readyz`, the API and the WebSocket. It limits the
 * cost of slow and hostile clients.
 */
export function createHttpServer(parts: HttpParts): Http {
  const { webSocket, failures } = parts;
  const onHandlerError: OnHandlerError = (error, fields) =>
    failures.report('httpHandler', error, fields);
  const handlerFor = (inside: boolean) =>
    withErrorBoundary(
      (request, response) => handleRequest(parts, inside, request, response),
      onHandlerError,
    );
  const [handle, handleOutside] = [handlerFor(true), handlerFor(false)];
  const isInside = underBase(parts.basePath);
  const inFlight = new InFlightRequests();
  const server = newServer(parts);
  server.timeout = RESPONSE_STALL_MS;
  server.on('timeout', (socket: Socket) => {
    const { bytesRead } = socket;
    // When the process was blocked, Node runs timers before it reads: a request may be there.
    setImmediate(() => {
      // A client that waits for its response, perhaps over its rate, is not at fault.
      const isWaiting = socket.writableLength === 0 && inFlight.countOn(socket) > 0;
      if (isWaiting || socket.bytesRead > bytesRead) socket.setTimeout(RESPONSE_STALL_MS);
      else socket.destroy();
    });
  });
  server.maxHeadersCount = 0; // over its own limit Node drops headers silently, such as an Origin
  server.on(parts.tls === undefined ? 'connection' : 'secureConnection', readInSlices);
  server.on('request', (request, response) => {
    guardChunkedBody(request, response);
    if (!inFlight.track(request.socket, response)) request.socket.destroy();
    else void (isInside(request) ? handle : handleOutside)(request, response);
  });
  // Without a listener Node responds by itself, without the security headers.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    guardChunkedBody(request, response);
    respondText(response, 417, 'only "100-continue" is expected', { Connection: 'close' });
  });
  server.on('upgrade', (request, stream, head) => {
    const { socket } = request;
    // Earlier responses must come first, and they aren't written yet.
    if (inFlight.countOn(socket) > 0) {
      socket.destroy();
      return;
    }
    const inside = isInside(request);
    // Both handlers listen for errors of the socket at once: Node no longer does.
    if (inside && isHandshake(request) && parts.hostAllowed(request.headers.host)) {
      const handshake = () => webSocket.handle(request, socket, head);
      void guardUpgrade(handshake, request, socket, onHandlerError);
    }
    // curl offers HTTP/2 with every request; a server may ignore an upgrade (RFC 9110 §7.8).
    else void (inside ? handle : handleOutside)(request, responseForUpgrade(stream, request));
  });
  // The client's mistake, and the client learns it from the response.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
    else respondRaw(socket, statusOf(error.code), error.message);
  });
  return { server, inFlight };
}

function newServer({ tls, failures }: HttpParts): Server | TlsServer {
  if (tls === undefined) return createServer(LIMITS);
  const server = createTlsServer({
    ...LIMITS,
    ...secureContextOf(tls),
    handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
  });
  // Before Node's own listener, which makes it a 'clientError': no HTTP response could be read.
  server.prependListener('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const { remoteAddress: address = '' } = socket;
    socket.destroy();
    if (error.code !== 'ECONNRESET') failures.report('tls', error, { address });
  });
  return server;
}

/** Whether it is a WebSocket handshake that {@link handleRequest} would not reject. */
function isHandshake(request: IncomingMessage): boolean {
  const { path } = targetOf(request);
  return (
    path === WEBSOCKET_PATH &&
    wantsWebSocket(request) &&
    request.method === 'GET' &&
    !tooManyHeaders(request) &&
    !lacksHost(request) &&
    !hasBody(request)
  );
}

/**
 * Whether a body is announced (RFC 9112 §6.3). Nodes differ in how they hand over such an upgrade.
 */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function wantsWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}

function tooManyHeaders(request: IncomingMessage): boolean {
  return request.rawHeaders.length / 2 > MAX_HEADERS;
}

/** HTTP/1.1 requires a Host header (RFC 9112 §3.2), and only HTTP/1.1 can be upgraded. */
function lacksHost(request: IncomingMessage): boolean {
  const mayLack = request.httpVersion === '1.0' && !wantsWebSocket(request);
  return (request.headers.host === undefined || request.httpVersion === '1.0') && !mayLack;
}

/** @param inside whether it is below the base path; load balancers may know the root only */
function handleRequest(
  { files, api, webSocket, readiness, basePath, hostAllowed, refuseHost }: HttpParts,
  inside: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): void | Promise<void> {
  const { path } = targetOf(request);
  if (tooManyHeaders(request)) {
    respondText(response, 431, `more than ${MAX_HEADERS} header fields`, { Connection: 'close' });
  } else if (lacksHost(request)) {
    respondText(response, 400, 'no Host header, or not HTTP/1.1', { Connection: 'close' });
  } else if (!HEALTH_PATHS.has(path) && !hostAllowed(request.headers.host)) {
    refuseHost(request, response);
  } else if (!inside && !HEALTH_PATHS.has(path)) {
    respondOutside(basePath, request, response);
  } else if (path.startsWith(API_PATH) && !wantsWebSocket(request)) {
    return api(request, response);
  } else if (path === WEBSOCKET_PATH && !wantsWebSocket(request)) {
    webSocket.explain(request, response);
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    respondText(response, 405, 'only GET and HEAD', { Allow: 'GET, HEAD', Connection: 'close' });
  } else if (path === '/healthz') {
    respondText(response, 200, 'ok');
  } else if (path === '/readyz') {
    if (!readiness.draining) respondText(response, 200, 'ready');
    else respondText(response, 503, 'server is going away', { Connection: 'close' });
  } else if (path === WEBSOCKET_PATH && wantsWebSocket(request) && hasBody(request)) {
    respondText(response, 400, 'a WebSocket handshake has no body', { Connection: 'close' });
  } else if (path === WEBSOCKET_PATH) {
    webSocket.explain(request, response); // a handshake that lacks something
  } else if (wantsWebSocket(request) || !files(request, response)) {
    respondText(response, 404, 'not found');
  }
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}
