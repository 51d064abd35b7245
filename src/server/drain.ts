import { Server as NetServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { sayFarewell } from './farewell.js';
import type { Heartbeat } from './heartbeat.js';
import type { Http } from './http.js';
import type { Hub } from './hub.js';
import type { Log } from './log/log.js';
import type { Readiness } from './ops/readiness.js';
import type { Ticker } from './ticker.js';
import type { TimelineKeeper } from './timeline-keeper.js';

/** What is taken apart. */
export interface Drained {
  readonly readiness: Readiness;
  readonly http: Http;
  readonly ticker: Ticker;
  readonly heartbeat: Heartbeat;
  readonly hub: Hub;
  readonly keeper: TimelineKeeper;
  readonly log: Log;
  /** How long peers may take to leave, ms. */
  readonly timeoutMs: number;
}

/**
 * Stops a server, in this order:
 *
 * 1. `/readyz` says 503 and no handshake is accepted any more;
 * 2. the listener closes (of a socket that systemd holds, our end: newcomers wait in its queue);
 * 3. peers are told to go (1001), thousands of them one after the other; the rest has its ticks and
 *    messages meanwhile;
 * 4. no more ticks; those who were told have until the deadline to leave, and requests to be answered;
 * 5. whoever is still there is cut;
 * 6. the last tick is saved and the log closes.
 *
 * The deadline counts from the beginning and covers 3 and 4.
 */
export async function drain(parts: Drained): Promise<void> {
  const { readiness, http, ticker, heartbeat, hub, keeper, log, timeoutMs } = parts;
  const deadline = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: deadline.signal }).catch(() => {});
  readiness.drain();
  // Its own `close` would cut answers that are still on their way.
  NetServer.prototype.close.call(http.server);
  await sayFarewell(hub, timeoutMs);
  ticker.stop();
  heartbeat.stop();
  // Connections that have asked for nothing yet aren't waited for.
  const allLeft = Promise.all([heartbeat.empty(), http.exchanges.idle()]);
  await Promise.race([allLeft, late]);
  deadline.abort();
  http.server.close(); // and what it checks connections by
  http.server.closeAllConnections();
  heartbeat.cutAll();
  await keeper.finish(ticker.current);
  await log.close();
}
