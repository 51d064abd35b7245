import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { tickAt, timeOfTick } from '../clock/timeline.js';
import { createApi } from './api/api.js';
import { openSecrets, reloadableSecrets } from './auth/secrets.js';
import { ServerClock } from './clock.js';
import type { Config } from './config/options.js';
import { drain } from './drain.js';
import { Heartbeat } from './heartbeat.js';
import { createHttp } from './http.js';
import { Hub } from './hub.js';
import { listen, type Inherited } from './listen.js';
import { createLog } from './log/create-log.js';
import type { Log } from './log/log.js';
import { EventLog } from './ops/event-log.js';
import { MeasuredLog } from './ops/measured-log.js';
import type { Metrics, Observed } from './ops/metrics.js';
import { startMetricsServer, type MetricsServer } from './ops/metrics-server.js';
import { Health } from './ops/health.js';
import { Readiness } from './ops/readiness.js';
import { reloadAll, type ReloadReport } from './ops/reload.js';
import { openTlsPair, reloadableTls, tlsFilesOf } from './ops/tls.js';
import { createReception } from './reception.js';
import { newStats, type Stats } from './stats.js';
import { staticFiles } from './static-files.js';
import { Ticker } from './ticker.js';
import { TimelineKeeper } from './timeline-keeper.js';
import { setTimer } from './timer.js';
import type { V1Conversation } from './v1-session.js';
import { SERVER_NAME } from './version.js';
import { WebSocketGate } from './websocket.js';

/** A change of how many are in a room is told so often, ms. */
const ONLINE_EVERY_MS = 1000;

/** The one static root. */
const PUBLIC_DIR = fileURLToPath(new URL('../../../public', import.meta.url));

/** A server that takes connections. */
export interface RunningServer {
  /** Where it listens: the port that was really got. */
  readonly address: AddressInfo;
  /** Where the operator's listener is, if one was asked for. */
  readonly metricsAddress: AddressInfo | undefined;
  readonly stats: Readonly<Stats>;
  /** How many clients are connected. */
  readonly online: number;
  /** Bytes that wait for clients that read too slowly. */
  readonly queuedBytes: number;
  /** Number of the newest tick, and how many were passed over. */
  readonly tick: number;
  readonly skippedTicks: number;
  readonly readiness: Readiness;
  readonly health: Health;
  /**
   * Reads the certificate, the secret of the tokens and the publish tokens again, for who comes from now
   * on. A file that is no good any more changes nothing. Nobody who is connected notices.
   */
  reload(): Promise<ReloadReport>;
  /** Stops as {@link drain} says. Calling it again awaits the same stop. */
  stop(): Promise<void>;
}

/**
 * The wiring: makes the parts and joins them. Resolves when connections are taken; rejects, with
 * nothing left running, if the port, the log or a file can't be had.
 *
 * @param inherited a socket that listens already, instead of the configuration's port
 */
export async function startServer(
  config: Config,
  logger: Logger,
  inherited?: Inherited,
): Promise<RunningServer> {
  const tlsFiles = tlsFilesOf(config);
  const tls = tlsFiles && (await openTlsPair(tlsFiles, (line) => logger.warn(line)));
  const secrets = await openSecrets(config);
  const files = await staticFiles(PUBLIC_DIR);
  const stats = newStats();
  const clock = new ServerClock();
  const now = () => clock.now();
  const metrics =
    config.metrics && (await createMetrics({ stats, hub: { census: () => hub.census() } }));
  const log = measured(await createLog(config, now), metrics);
  const { epoch: logEpoch, timeline: saved } = await log.open((entry) => hub.announce(entry));
  const hub = new Hub(logEpoch, stats);
  let metricsServer: MetricsServer | undefined;
  try {
    const keeper = new TimelineKeeper(log, saved, config.tick, now());
    const { timeline } = keeper;
    const times = { now, noticeSleep: () => clock.noticeSleep(), setTimer };
    const onTick = (n: number): void => {
      // The first is emitted at once, whenever that is: it isn't late.
      if (stats.ticks > 0) metrics?.tickEmitted(now() - timeOfTick(timeline, n));
      hub.tick(n);
      stats.ticks += 1;
      stats.skippedTicks = ticker.skipped;
      void keeper.reserve(n);
    };
    const ticker = new Ticker(timeline, times, onTick, keeper.emittedBefore);
    const conversation: V1Conversation = {
      hub,
      log,
      stats,
      access: secrets.access,
      logEpoch,
      replay: config.replay,
      limits: { message: config.maxMessage, rate: config.rate, burst: config.burst },
      server: SERVER_NAME,
      tick: () => ({ n: Math.max(tickAt(timeline, now()), ticker.current), ...timeline }),
      now,
    };
    const events = new EventLog(logger);
    const heartbeat = new Heartbeat();
    const readiness = new Readiness();
    const gate = createReception({ config, conversation, heartbeat, readiness, events, logger });
    const api = createApi({ conversation, publishTokens: secrets.publishTokens, gate });
    const http = createHttp({ files, api, webSocket: new WebSocketGate(gate), readiness, tls });
    const reloadables = reloadableSecrets(secrets);
    if (tlsFiles && http.server instanceof TlsServer) {
      reloadables.push(reloadableTls(http.server, tlsFiles));
    }

    if (metrics && config.metrics) {
      metricsServer = await startMetricsServer(config.metrics, metrics, readiness);
    }
    const address = await listen(http.server, inherited ?? config);
    await keeper.reserve(tickAt(timeline, now()));
    ticker.start();
    heartbeat.start();
    secrets.access?.start();
    const onlineTimer = setInterval(() => hub.sayOnline(), ONLINE_EVERY_MS);
    readiness.open();

    const stop = async (): Promise<void> => {
      clearInterval(onlineTimer);
      secrets.access?.stop();
      const timeoutMs = config.drainTimeout;
      try {
        await drain({ readiness, http, ticker, heartbeat, hub, keeper, log, timeoutMs });
      } finally {
        events.flush();
        await metricsServer?.close();
      }
    };
    let stopping: Promise<void> | undefined;
    return {
      address,
      metricsAddress: metricsServer?.address,
      stats,
      get online() {
        return hub.size;
      },
      get queuedBytes() {
        return hub.census().queuedBytes;
      },
      get tick() {
        return ticker.current;
      },
      get skippedTicks() {
        return ticker.skipped;
      },
      readiness,
      health: new Health({ timeline, newestTick: () => ticker.current, now, log }),
      reload: () => reloadAll(reloadables),
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await metricsServer?.close();
    await log.close();
    throw error;
  }
}

/** Loaded only when they are asked for. */
async function createMetrics(observed: Observed): Promise<Metrics> {
  const { Metrics } = await import('./ops/metrics.js');
  return new Metrics(observed);
}

/** The log, with its appends timed if anybody wants to know. */
function measured(log: Log, metrics: Metrics | undefined): Log {
  return metrics === undefined ? log : new MeasuredLog(log, (ms) => metrics.appended(ms));
}
