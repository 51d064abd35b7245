import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:https';
import type { Logger } from 'pino';
import { tickAt } from '../clock/timeline.js';
import type { Config } from './config/options.js';
import { reloadAll, type ReloadReport } from './config/reload.js';
import { listen, type Inherited, type Listener } from './http/listen.js';
import { startMetricsServer, type MetricsServer } from './http/metrics-server.js';
import type { Http } from './http/server.js';
import { pageAddresses, type PageAddresses, type PageLocation } from './http/page-addresses.js';
import { reloadableTls } from './http/tls.js';
import { Failures } from './ops/failures.js';
import { Health } from './ops/health.js';
import type { Readiness } from './ops/readiness.js';
import { SampledLogger } from './ops/sampled-logger.js';
import type { Stats } from './ops/stats.js';
import { createParts, type Parts } from './parts.js';
import { openResources, type Resources } from './resources.js';
import { shutdown } from './shutdown.js';

/** A server that accepts connections. */
export interface RunningServer {
  /** Addresses of the listener, at least one, with the port that it really got. */
  readonly listening: Listener['addresses'];
  /** Addresses of the page. */
  addresses(): Promise<PageAddresses>;
  /** Address of the metrics listener, if one is configured. */
  readonly metricsAddress: AddressInfo | undefined;
  readonly stats: Readonly<Stats>;
  readonly failures: Failures;
  /** Number of open connections. */
  readonly online: number;
  /** Bytes queued for clients that read too slowly. */
  readonly queuedBytes: number;
  /** Number of the newest tick. */
  readonly tick: number;
  readonly skippedTicks: number;
  readonly readiness: Readiness;
  readonly health: Health;
  /**
   * Reads the certificate, the secret of the tokens and the publish tokens again, for connections
   * made from now on. A file that is invalid now changes nothing. Open connections are kept.
   */
  reload(): Promise<ReloadReport>;
  /**
   * Stops as {@link shutdown} says; resolves with a line if it gave something up. Calling it again
   * awaits the same stop.
   */
  stop(): Promise<string | undefined>;
}

/**
 * Starts a server. Resolves when it accepts connections. Rejects, with everything closed again, if
 * the port, the log or a file can't be opened.
 *
 * @param inherited a socket that listens already, instead of the configured port
 */
export async function startServer(
  config: Config,
  logger: Logger,
  inherited?: Inherited,
): Promise<RunningServer> {
  const sampledLog = new SampledLogger(logger);
  const resources = await openResources(config, logger, new Failures(sampledLog));
  const opened: Array<() => Promise<void>> = [() => resources.log.close()];
  try {
    let listening: Listener['addresses'] | undefined;
    const addresses = (): Promise<PageAddresses> => pageAddresses(listening ?? [], pageOf(config));
    const parts = createParts(config, logger, resources, sampledLog, addresses);
    const metricsServer = await listenForMetrics(config, resources, parts.readiness);
    if (metricsServer !== undefined) opened.push(() => metricsServer.close());
    const onError = (error: Error): void => resources.failures.report('listener', error);
    const listener = await listen(parts.http.server, inherited ?? config, onError);
    listening = listener.addresses;
    opened.push(async () => {
      listener.stop();
      parts.http.server.close();
    });
    await start(resources, parts);
    return running(config, resources, parts, { listener, metricsServer, sampledLog, addresses });
  } catch (error) {
    for (const close of opened.toReversed()) await close();
    sampledLog.flush();
    throw error;
  }
}

function pageOf({ tlsCert, basePath }: Config): PageLocation {
  return { scheme: tlsCert === undefined ? 'http' : 'https', basePath };
}

async function listenForMetrics(
  config: Config,
  { metrics, failures }: Resources,
  readiness: Readiness,
): Promise<MetricsServer | undefined> {
  if (metrics === undefined || config.metrics === undefined) return undefined;
  return startMetricsServer(config.metrics, metrics, readiness, failures);
}

/** Starts everything that runs by a timer. No tick is emitted before the timeline is saved. */
async function start({ clock, secrets, hub }: Resources, parts: Parts): Promise<void> {
  const { keeper, ticker, heartbeat, readiness } = parts;
  await keeper.reserve(tickAt(keeper.timeline, clock.now()));
  ticker.start();
  heartbeat.start();
  secrets.access.start();
  hub.start();
  readiness.markReady();
}

/** Results of starting. */
interface Started {
  readonly addresses: () => Promise<PageAddresses>;
  readonly listener: Listener;
  readonly metricsServer: MetricsServer | undefined;
  readonly sampledLog: SampledLogger;
}

function running(
  config: Config,
  resources: Resources,
  parts: Parts,
  { listener, metricsServer, sampledLog, addresses }: Started,
): RunningServer {
  const { hub, log, stats, failures, clock, secrets } = resources;
  const { keeper, ticker, readiness } = parts;
  const { access } = secrets;
  const timeoutMs = config.drainTimeout;
  let stopping: Promise<string | undefined> | undefined;
  return {
    listening: listener.addresses,
    addresses,
    metricsAddress: metricsServer?.address,
    stats,
    failures,
    get online() {
      return hub.size;
    },
    get queuedBytes() {
      return hub.counts().queuedBytes;
    },
    get tick() {
      return ticker.current;
    },
    get skippedTicks() {
      return ticker.skipped;
    },
    readiness,
    health: new Health({
      timeline: keeper.timeline,
      newestTick: () => ticker.current,
      now: () => clock.now(),
      log,
    }),
    reload: () => reload(resources, parts.http),
    stop: () =>
      (stopping ??= shutdown({
        ...parts,
        access,
        hub,
        listener,
        log,
        sampledLog,
        metricsServer,
        timeoutMs,
      })),
  };
}

/** Reads the files again. Errors are counted here and logged by the caller. */
async function reload({ secrets, tls, failures }: Resources, http: Http): Promise<ReloadReport> {
  const reloadables = [...secrets.reloadables];
  if (tls !== undefined && http.server instanceof TlsServer) {
    reloadables.push(reloadableTls(http.server, tls.files));
  }
  const report = await reloadAll(reloadables);
  for (const _ of report.errors) failures.count('reload');
  return report;
}
