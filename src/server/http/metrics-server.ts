import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Failures } from '../ops/failures.js';
import { guardChunkedBody } from './chunked-body.js';
import { readInSlices } from './input-slices.js';
import { hostCheck, isLoopback, type HostCheck } from './host.js';
import { listen } from './listen.js';
import { targetOf } from './request-target.js';
import { respondText } from './respond.js';
import type { Metrics } from '../ops/metrics.js';
import type { Readiness } from '../ops/readiness.js';

/** Address of the metrics listener. */
export interface MetricsAddress {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
}

/** Maximum number of connections: scrapers and probes are few. */
const MAX_CONNECTIONS = 100;

/** The listener for the operator's tools, apart from the listener for clients. */
export interface MetricsServer {
  readonly address: AddressInfo;
  close(): Promise<void>;
}

/**
 * Serves `/metrics`, `/healthz` (the process answers) and `/readyz` (200 while the server accepts
 * clients, else 503). Rejects with one line that names the option if it can't listen.
 */
export async function startMetricsServer(
  { host, port }: MetricsAddress,
  metrics: Pick<Metrics, 'text' | 'contentType'>,
  readiness: Pick<Readiness, 'ready'>,
  failures: Pick<Failures, 'report'>,
): Promise<MetricsServer> {
  const server = createServer({
    headersTimeout: 5000,
    requestTimeout: 8000,
    connectionsCheckingInterval: 1000,
  });
  server.maxConnections = MAX_CONNECTIONS;
  // A listener on loopback is for this machine: a page whose name points here must not read it.
  const hostAllowed = isLoopback(host) ? hostCheck(undefined) : () => true;
  server.on('connection', readInSlices);
  server.on('request', (request, response) => {
    guardChunkedBody(request, response);
    answer(request, response, metrics, readiness, hostAllowed).catch((error: unknown) => {
      failures.report('metrics', error);
      if (response.headersSent) response.destroy();
      else respondText(response, 500, 'internal error');
    });
  });
  const onError = (error: Error): void => failures.report('listener', error);
  const listener = await listen(server, { host, port }, onError).catch((error: unknown) => {
    throw new Error(`--metrics ${host}:${port}: ${problemOf(error)}`, { cause: error });
  });
  return {
    address: listener.addresses[0],
    close: async () => {
      const closed = once(server, 'close');
      listener.stop();
      server.close(); // stops its check of connections too
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: Pick<Metrics, 'text' | 'contentType'>,
  readiness: Pick<Readiness, 'ready'>,
  hostAllowed: HostCheck,
): Promise<void> {
  const { path } = targetOf(request);
  if (!hostAllowed(request.headers.host)) {
    respondText(response, 421, 'not a host of this listener', { Connection: 'close' });
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    respondText(response, 405, 'only GET and HEAD', { Allow: 'GET, HEAD', Connection: 'close' });
  } else if (path === '/metrics') {
    const text = await metrics.text();
    respondText(response, 200, text.trimEnd(), { 'Content-Type': metrics.contentType });
  } else if (path === '/healthz') {
    respondText(response, 200, 'ok');
  } else if (path === '/readyz') {
    const ready = readiness.ready;
    respondText(response, ready ? 200 : 503, ready ? 'ready' : 'not taking clients');
  } else {
    respondText(response, 404, 'not found');
  }
}

function problemOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return 'already in use; choose another port, or 0 for any free one';
    case 'EACCES':
      return 'not permitted; choose a port of 1024 or more';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return 'not an address of this machine';
    default:
      return message;
  }
}
