import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE } from '../protocol/close-code.js';
import type { Heartbeat } from './heartbeat.js';
import type { Http } from './http.js';
import type { Hub } from './hub.js';
import type { Log } from './log/log.js';
import type { Ticker } from './ticker.js';
import type { TimelineKeeper } from './timeline-keeper.js';

/** What is taken apart. */
export interface Drained {
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
 * Stops a server, in this order: no new connection, no more ticks, what waits is sent, every peer is
 * closed with 1001, who hasn't left by the time-out is cut, the log closes.
 */
export async function drain(parts: Drained): Promise<void> {
  const { http, ticker, heartbeat, hub, keeper, log, timeoutMs } = parts;
  http.server.close();
  ticker.stop();
  heartbeat.stop();
  hub.flush();
  hub.closeAll(CLOSE.goingAway);
  // Connections that have asked for nothing yet aren't waited for.
  const allLeft = Promise.all([heartbeat.empty(), http.exchanges.idle()]);
  const deadline = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: deadline.signal }).catch(() => {});
  await Promise.race([allLeft, late]);
  deadline.abort();
  http.server.closeAllConnections();
  heartbeat.cutAll();
  await keeper.finish(ticker.current);
  await log.close();
}
