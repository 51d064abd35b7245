import { setTimeout as delay } from 'node:timers/promises';
import { CLOSE } from '../protocol/close-code.js';
import type { Access } from './auth/access.js';
import type { Hub } from './chat/hub.js';
import type { Heartbeat } from './connection/heartbeat.js';
import type { Listener } from './http/listen.js';
import type { MetricsServer } from './http/metrics-server.js';
import type { Http } from './http/server.js';
import type { MessageLog } from './log/log.js';
import type { Readiness } from './ops/readiness.js';
import type { SampledLogger } from './ops/sampled-logger.js';
import type { Ticker } from './ticks/ticker.js';
import type { TimelineKeeper } from './ticks/timeline-keeper.js';

/** Everything that a shutdown stops. */
export interface ShutdownParts {
  readonly readiness: Readiness;
  readonly http: Http;
  readonly listener: Pick<Listener, 'stop'>;
  readonly access: Access;
  readonly hub: Hub;
  readonly ticker: Ticker;
  readonly heartbeat: Heartbeat;
  readonly keeper: TimelineKeeper;
  readonly log: MessageLog;
  readonly sampledLog: SampledLogger;
  readonly metricsServer: MetricsServer | undefined;
  /** Time that clients have to disconnect, ms. */
  readonly timeoutMs: number;
}

/**
 * Stops a server, in this order:
 *
 * 1. `/readyz` answers 503 and handshakes are refused.
 * 2. The listener closes. Of a socket that systemd holds only this process's end closes: new
 *    connections wait in its queue.
 * 3. Every client is closed with 1001, thousands of them one after another. The rest get ticks and
 *    messages meanwhile.
 * 4. Ticks stop. Closed clients have until the deadline to disconnect, and requests to be answered.
 * 5. Connections that are left are terminated.
 * 6. The last tick is saved and the log closes.
 * 7. The sampled log lines are written and the metrics listener closes, whatever failed before.
 *
 * The deadline counts from the beginning and covers 3 and 4, and 6 with at least a second. Resolves
 * with a line if the log has not closed by then: it may hang in the disk.
 */
export async function shutdown(parts: ShutdownParts): Promise<string | undefined> {
  const { readiness, http, access, hub, ticker, heartbeat, timeoutMs } = parts;
  try {
    const deadline = new AbortController();
    const began = performance.now();
    // It rejects only when it is aborted, after the race.
    const late = delay(timeoutMs, undefined, { signal: deadline.signal }).catch(() => {});
    readiness.drain();
    access.stop();
    parts.listener.stop();
    await closeGradually(hub, timeoutMs);
    hub.stop();
    ticker.stop();
    heartbeat.stop();
    // Connections that have not sent a request yet are not waited for.
    await Promise.race([Promise.all([hub.allClosed(), http.inFlight.idle()]), late]);
    deadline.abort();
    http.server.close(); // stops its check of connections too
    http.server.closeAllConnections();
    hub.terminateAll();
    const leftMs = Math.max(LEAST_CLOSE_MS, timeoutMs - (performance.now() - began));
    const gaveUp = await closedWithin(leftMs, closeLog(parts));
    if (gaveUp !== undefined) parts.log.abandon();
    return gaveUp;
  } finally {
    parts.sampledLog.flush();
    await parts.metricsServer?.close();
  }
}

/** Time that the log has to close at least, ms. */
const LEAST_CLOSE_MS = 1000;

const NOT_CLOSED =
  'the message log did not close: the disk does not answer; messages without a receipt may be lost';

/** Resolves with a line if `closed` takes longer than `ms`. */
async function closedWithin(ms: number, closed: Promise<undefined>): Promise<string | undefined> {
  const over = new AbortController();
  const late = delay(ms, NOT_CLOSED, { signal: over.signal }).catch(() => undefined); // aborted
  const result = await Promise.race([closed, late]);
  over.abort();
  return result;
}

async function closeLog({ keeper, log, ticker }: ShutdownParts): Promise<undefined> {
  await keeper.finish(ticker.current); // never rejects: a failure is reported
  await log.close(); // the same
  return undefined;
}

/** Clients closed immediately. Their random back-off (client/backoff) spreads their reconnects. */
const IMMEDIATE = 100;
/** Rate at which the others are closed, clients per second, if the deadline allows it. */
const PER_SECOND = 500;
/** Time between two steps, ms. */
const STEP_MS = 20;

/**
 * Time over which `peers` are closed, ms: at {@link PER_SECOND}, but at most half of the deadline,
 * so that the last client has time to answer.
 */
export function spreadMs(peers: number, drainTimeoutMs: number): number {
  const wanted = (Math.max(0, peers - IMMEDIATE) / PER_SECOND) * 1000;
  return Math.min(wanted, drainTimeoutMs / 2);
}

/** Number of `peers` that are closed after `elapsedMs` of `totalMs`. */
export function closedBy(elapsedMs: number, totalMs: number, peers: number): number {
  if (elapsedMs >= totalMs) return peers;
  const later = Math.max(0, peers - IMMEDIATE);
  return Math.min(peers, IMMEDIATE) + Math.floor((later * elapsedMs) / totalMs);
}

/**
 * Closes every peer with 1001, spread evenly over {@link spreadMs}, so that thousands don't
 * reconnect at once. Peers that are not closed yet go on getting messages and ticks. What is queued
 * for a peer is sent before its close frame.
 */
export async function closeGradually(hub: Hub, drainTimeoutMs: number): Promise<void> {
  const peers = hub.size;
  const totalMs = spreadMs(peers, drainTimeoutMs);
  const start = performance.now();
  let left = peers;
  do {
    const elapsedMs = performance.now() - start;
    const goal = peers - closedBy(elapsedMs, totalMs, peers);
    hub.flush();
    hub.close(left - goal, CLOSE.goingAway);
    left = goal;
    if (left > 0) await delay(STEP_MS);
  } while (left > 0);
  // A peer accepted between the refusal of handshakes and now is still open.
  hub.flush();
  hub.close(hub.size, CLOSE.goingAway);
}
