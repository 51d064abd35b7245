import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { tickAt, timeOfTick } from '../clock/timeline.js';
import { CLOSE } from '../protocol/close-code.js';
import { AdmissionDesk } from './admission.js';
import { senderReader } from './client-address.js';
import { ServerClock } from './clock.js';
import type { Config } from './config/options.js';
import { drain } from './drain.js';
import { Heartbeat } from './heartbeat.js';
import { createHttp } from './http.js';
import { Hub } from './hub.js';
import type { Log } from './log/log.js';
import { EventLog } from './ops/event-log.js';
import { MeasuredLog } from './ops/measured-log.js';
import type { Metrics, Observed } from './ops/metrics.js';
import { startMetricsServer, type MetricsServer } from './ops/metrics-server.js';
import { Peer, type PeerOwner } from './peer.js';
import { PlainSession } from './plain-session.js';
import { countEnd, newStats, type Stats } from './stats.js';
import { staticFiles } from './static-files.js';
import { Ticker } from './ticker.js';
import { TimelineKeeper } from './timeline-keeper.js';
import { setTimer } from './timer.js';
import { V1Session, type V1Conversation } from './v1-session.js';
import { SERVER_NAME } from './version.js';
import { WebSocketGate, type Accepted } from './websocket.js';

/** A change of how many are in a room is told so often, ms. */
const ONLINE_EVERY_MS = 1000;

/**
 * Connections that may wait to be taken in: thousands come back at once after a restart, and whom the
 * kernel drops tries again only a second later. The kernel has a limit of its own (somaxconn).
 */
const BACKLOG = 4096;

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
  /** Number of the newest tick, and how many were passed over. */
  readonly tick: number;
  readonly skippedTicks: number;
  /** Stops as {@link drain} says. Calling it again awaits the same stop. */
  stop(): Promise<void>;
}

/**
 * The wiring: makes the parts and joins them. Resolves when connections are taken; rejects, with
 * nothing left running, if the port, the log or the files can't be had.
 */
export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const stats = newStats();
  const clock = new ServerClock();
  const now = () => clock.now();
  const hub = new Hub(stats);
  const events = new EventLog(logger);
  const heartbeat = new Heartbeat();
  const files = await staticFiles(PUBLIC_DIR);
  const metrics = config.metrics && (await createMetrics({ stats, hub }));
  const log = measured(await createLog(config, now), metrics);
  const { epoch: logEpoch, timeline: saved } = await log.open((entry) => hub.announce(entry));
  let metricsServer: MetricsServer | undefined;
  try {
    const keeper = new TimelineKeeper(log, saved, config.tick, now());
    const { timeline } = keeper;
    const ticker = new Ticker(
      timeline,
      { now, noticeSleep: () => clock.noticeSleep(), setTimer },
      (n) => {
        // The first is emitted at once, whenever that is: it isn't late.
        if (stats.ticks > 0) metrics?.tickEmitted(now() - timeOfTick(timeline, n));
        hub.tick(n);
        stats.ticks += 1;
        stats.skippedTicks = ticker.skipped;
        void keeper.reserve(n);
      },
      keeper.emittedBefore,
    );
    const conversation: V1Conversation = {
      hub,
      log,
      stats,
      logEpoch,
      replay: config.replay,
      limits: { message: config.maxMessage, rate: config.rate, burst: config.burst },
      server: SERVER_NAME,
      tick: () => ({ n: Math.max(tickAt(timeline, now()), ticker.current), ...timeline }),
      now,
    };

    const desk = new AdmissionDesk(config);
    const owner: PeerOwner = {
      limits: config,
      newestTick: () => hub.newestTick,
      stats,
      onClosing: (peer, ending) => {
        hub.disconnect(peer);
        countEnd(stats, ending);
        const { code, by } = ending;
        const farewell = code === CLOSE.goingAway.code; // to everybody, when the server stops
        if (by === 'server' && !farewell)
          events.tell(`closed: ${code}`, { address: peer.address, code });
      },
      onGone: (peer, code) => {
        heartbeat.remove(peer);
        desk.release(peer.address);
        logger.debug({ address: peer.address, code }, 'client left');
      },
    };
    const addPeer = ({ ws, socket, room, dialect, address }: Accepted): void => {
      const peer = new Peer(ws, socket, address, owner);
      const Session = dialect === 'v1' ? V1Session : PlainSession;
      hub.connect(peer);
      heartbeat.add(peer);
      peer.begin(new Session(conversation, peer, room));
      stats.accepted += 1;
      logger.debug({ address, dialect, room }, 'client joined');
    };

    let stopping: Promise<void> | undefined;
    const gate = new WebSocketGate({
      maxMessage: config.maxMessage,
      origins: config.origin,
      desk,
      senderOf: senderReader(config.trustProxy ?? []),
      draining: () => stopping !== undefined,
      onAccepted: addPeer,
      onRefused: (address, { reason, status, why }) => {
        stats.refused += 1;
        stats.refusals[reason] += 1;
        events.tell(`refused: ${reason}`, { address, status, why });
      },
    });
    const http = createHttp(files, gate);
    let serving = false;
    const isReady = (): boolean => serving && stopping === undefined;
    if (metrics && config.metrics) {
      metricsServer = await startMetricsServer(config.metrics, metrics, isReady);
    }
    const address = await listen(http.server, config);
    await keeper.reserve(tickAt(timeline, now()));
    ticker.start();
    heartbeat.start();
    serving = true;
    const onlineTimer = setInterval(() => hub.sayOnline(), ONLINE_EVERY_MS);

    const stopOnce = async (): Promise<void> => {
      clearInterval(onlineTimer);
      const timeoutMs = config.drainTimeout;
      try {
        await drain({ http, ticker, heartbeat, hub, keeper, log, timeoutMs });
      } finally {
        events.flush();
        await metricsServer?.close();
      }
    };

    return {
      address,
      metricsAddress: metricsServer?.address,
      stats,
      get online() {
        return hub.size;
      },
      get tick() {
        return ticker.current;
      },
      get skippedTicks() {
        return ticker.skipped;
      },
      stop() {
        stopping ??= stopOnce();
        return stopping;
      },
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

/** The log that the configuration asks for. An adapter is loaded only when it is chosen. */
async function createLog(config: Config, now: () => number): Promise<Log> {
  const { dataDir, history: historyPerRoom } = config;
  if (dataDir === undefined) {
    const { MemoryLog } = await import('./log/memory.js');
    return new MemoryLog({ historyPerRoom, now });
  }
  const { LmdbLog } = await import('./log/lmdb.js');
  return new LmdbLog({ directory: dataDir, historyPerRoom, now });
}

async function listen(server: HttpServer, { port, host }: Config): Promise<AddressInfo> {
  server.listen({ port, backlog: BACKLOG, ...(host === undefined ? {} : { host }) });
  await once(server, 'listening'); // rejects on 'error'
  return server.address() as AddressInfo; // a TCP server's address is never a path
}
