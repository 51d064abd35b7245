import { lookup } from 'node:dns/promises';
import { Connection } from './connection.js';
import { monotonicMicros } from './monotonic.js';
import type { Endpoint } from './open-socket.js';
import type { BenchTarget } from './plan.js';
import { sourceAddress } from './source-addresses.js';

const READ_BUFFER = 16_384;
const PROBE_TIMEOUT_MS = 5000;

/**
 * Finds the address at which the server answers. A host name may have several addresses. Rejects
 * with one line if none answers, or if the server rejects the handshake.
 */
export async function probe(target: BenchTarget, requestTarget: string): Promise<Endpoint> {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const addresses = await lookup(target.host, { all: true }).catch(() => []);
  let why = 'no such host';
  for (const { address } of addresses) {
    const { port, tls } = target;
    const endpoint = { address, port, host: `${host}:${port}`, tls };
    const refused = await tryHandshake(endpoint, requestTarget);
    if (refused === undefined) return endpoint;
    why = refused;
  }
  throw new Error(why);
}

/** Opens a WebSocket and closes it. Resolves with the failure, if any. */
function tryHandshake(endpoint: Endpoint, requestTarget: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const buffer = Buffer.allocUnsafeSlow(READ_BUFFER);
    const settings = { buffer, maxPayload: READ_BUFFER, now: monotonicMicros };
    let opened = false;
    let timedOut = false;
    const from = sourceAddress(endpoint.address, 0);
    const connection = new Connection(endpoint, requestTarget, from, settings, {
      onOpen: () => {
        opened = true;
        connection.close();
      },
      onText: () => {},
      onClosed: (why) => {
        clearTimeout(timer);
        if (opened) resolve(undefined);
        else resolve(timedOut ? 'no answer to the handshake' : why);
      },
    });
    const timer = setTimeout(() => {
      timedOut = true;
      connection.reset();
    }, PROBE_TIMEOUT_MS);
  });
}
