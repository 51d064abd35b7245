import type { Logger } from 'pino';
import { tickAt, timeOfTick, type Timeline } from '../clock/timeline.js';
import { createAcceptor } from './accept.js';
import { createApi } from './api/api.js';
import type { V1Context } from './chat/context.js';
import type { Config } from './config/options.js';
import { refuseHost } from './connection/handshake.js';
import { Heartbeat } from './connection/heartbeat.js';
import { WebSocketUpgrader } from './connection/websocket-upgrade.js';
import { hostCheck } from './http/host.js';
import type { PageAddresses } from './http/page-addresses.js';
import { createHttpServer, type Http } from './http/server.js';
import { Readiness } from './ops/readiness.js';
import type { SampledLogger } from './ops/sampled-logger.js';
import { SERVER_NAME } from './ops/version.js';
import type { Resources } from './resources.js';
import { Ticker } from './ticks/ticker.js';
import { TimelineKeeper } from './ticks/timeline-keeper.js';
import { setTimer } from './ticks/timer.js';

/** The parts of a server that don't need to be opened. */
export interface Parts {
  readonly keeper: TimelineKeeper;
  readonly ticker: Ticker;
  readonly heartbeat: Heartbeat;
  readonly readiness: Readiness;
  readonly http: Http;
}

/**
 * Creates the parts and connects them. Nothing runs yet.
 *
 * @param addresses of the page, once the server listens
 */
export function createParts(
  config: Config,
  logger: Logger,
  resources: Resources,
  connectionLog: SampledLogger,
  addresses: () => Promise<PageAddresses>,
): Parts {
  const { hub, secrets, files, failures, tls } = resources;
  const { keeper, ticker } = createTicks(config, resources);
  const context = createContext(config, resources, keeper.timeline, ticker);
  const heartbeat = new Heartbeat(() => hub.peers());
  const readiness = new Readiness();
  const handshake = createAcceptor({
    config,
    context,
    heartbeat,
    readiness,
    connectionLog,
    logger,
  });
  const api = createApi({ context, publishTokens: secrets.publishTokens, addresses, handshake });
  const webSocket = new WebSocketUpgrader(handshake);
  const http = createHttpServer({
    files,
    api,
    webSocket,
    readiness,
    basePath: config.basePath,
    hostAllowed: hostCheck(config.origin),
    refuseHost: (request, response) => refuseHost(handshake, request, response),
    tls: tls?.pair,
    failures,
  });
  return { keeper, ticker, heartbeat, readiness, http };
}

function createTicks(
  config: Config,
  { log, savedTimeline, clock, hub, stats, metrics, failures }: Resources,
): Pick<Parts, 'keeper' | 'ticker'> {
  const now = (): number => clock.now();
  const onSaveFailed = (error: unknown): void => failures.report('timeline', error);
  const keeper = new TimelineKeeper(log, savedTimeline, config.tick, now(), onSaveFailed);
  const { timeline, emittedBefore } = keeper;
  const onTick = (n: number): void => {
    // The first tick is emitted at once, at any point of its period: it isn't late.
    if (stats.ticks > 0) metrics?.tickEmitted(now() - timeOfTick(timeline, n));
    hub.tick(n);
    stats.ticks += 1;
    stats.skippedTicks = ticker.skipped;
    void keeper.reserve(n); // never rejects
  };
  const times = { now, adjust: () => clock.adjust(), setTimer };
  const ticker = new Ticker(timeline, times, onTick, emittedBefore);
  return { keeper, ticker };
}

function createContext(
  config: Config,
  { hub, log, stats, failures, secrets, clock }: Resources,
  timeline: Timeline,
  ticker: Ticker,
): V1Context {
  const now = (): number => clock.now();
  return {
    hub,
    log,
    stats,
    failures,
    access: secrets.access,
    get logEpoch() {
      return hub.logEpoch;
    },
    replay: config.replay,
    limits: { message: config.maxMessage, rate: config.rate, burst: config.burst },
    server: SERVER_NAME,
    tick: () => ({ n: Math.max(tickAt(timeline, now()), ticker.current), ...timeline }),
    now,
  };
}
