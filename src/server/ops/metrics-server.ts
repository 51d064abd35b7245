import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { targetOf } from '../request-target.js';
import { respondText } from '../respond.js';
import type { Metrics } from './metrics.js';
import type { Readiness } from './readiness.js';

/** Where the operator's listener is asked to be. */
export interface MetricsAddress {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** Scrapers and probes are few; more are somebody else. */
const MAX_CONNECTIONS = 100;

/** The operator's listener, apart from the clients' one. */
export interface MetricsServer {
  readonly address: AddressInfo;
  close(): Promise<void>;
}

/**
 * Serves `/metrics`, `/healthz` (the process answers) and `/readyz` (it takes clients; 503 when it
 * doesn't yet or no longer does).
 *
 * @throws with one line that names the option when it can't listen there
 */
export async function startMetricsServer(
  { host, port }: MetricsAddress,
  metrics: Pick<Metrics, 'text' | 'contentType'>,
  readiness: Pick<Readiness, 'ready'>,
): Promise<MetricsServer> {
  const server = createServer({
    headersTimeout: 5000,
    requestTimeout: 8000,
    connectionsCheckingInterval: 1000,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (request, response) => {
    void answer(request, response, metrics, readiness);
  });
  server.listen({ host, port });
  await once(server, 'listening').catch((error: unknown) => {
    throw new Error(`--metrics ${host}:${port}: ${whyNot(error)}`);
  });
  return {
    address: server.address() as AddressInfo, // a TCP server's address is never a path
    close: async () => {
      const closed = once(server.close(), 'close');
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
): Promise<void> {
  const { path } = targetOf(request);
  if (request.method !== 'GET' && request.method !== 'HEAD') {
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

function whyNot(error: unknown): string {
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
