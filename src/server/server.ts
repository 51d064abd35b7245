import type { AddressInfo } from 'node:net';
import { Server as TlsServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { tickAt } from '../clock/timeline.js';
import { AdmissionDesk } from './admission.js';
import { createApi } from './api/api.js';
import { Access } from './auth/access.js';
import { PublishTokens } from './auth/publish-tokens.js';
import { ServerClock } from './clock.js';
import type { Config } from './config/options.js';
import { drain } from './drain.js';
import { Heartbeat } from './heartbeat.js';
import { eventFrames } from './event-frames.js';
import { bytesTaken } from './event-wire.js';
import { createHttp } from './http.js';
import { Hub } from './hub.js';
import { listen, type Inherited } from './listen.js';
import type { Log } from './log/log.js';
import { Health } from './ops/health.js';
import { Readiness } from './ops/readiness.js';
import { reloadAll, type Reloadable, type ReloadReport } from './ops/reload.js';
import { loadTlsPair, reloadableTls, tlsFilesOf, type TlsFiles, type TlsPair } from './ops/tls.js';
import { Peer, type PeerOwner } from './peer.js';
import { PlainSession } from './plain-session.js';
import { newStats, type Stats } from './stats.js';
import { staticFiles } from './static-files.js';
import { Ticker } from './ticker.js';
import { TimelineKeeper } from './timeline-keeper.js';
import { setTimer } from './timer.js';
import { V1Session, type V1Conversation } from './v1-session.js';
import { SERVER_NAME } from './version.js';
import { textFrames } from './websocket-frame.js';
import { addressOf, WebSocketGate, type Accepted, type GateOptions } from './websocket.js';

/** A change of how many are in a room is told so often, ms. */
const ONLINE_EVERY_MS = 1000;

/** The one static root. */
const PUBLIC_DIR = fileURLToPath(new URL('../../../public', import.meta.url));

/** A server that takes connections. */
export interface RunningServer {
  /** Where it listens: the port that was really got. */
  readonly address: AddressInfo;
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
 * nothing left running, if the port, the log or the files can't be had.
 */
export async function startServer(
  config: Config,
  logger: Logger,
  inherited?: Inherited,
): Promise<RunningServer> {
  const tlsFiles = tlsFilesOf(config);
  const tls = tlsFiles && loadedPair(tlsFiles, logger);
  const stats = newStats();
  const clock = new ServerClock();
  const now = () => clock.now();
  const heartbeat = new Heartbeat();
  const files = await staticFiles(PUBLIC_DIR);
  const { authSecretFile, publishTokenFile } = config;
  const access = authSecretFile === undefined ? undefined : await Access.open(authSecretFile);
  const publishTokens =
    publishTokenFile === undefined ? undefined : await PublishTokens.open(publishTokenFile);
  const log = await createLog(config, now);
  const { epoch: logEpoch, timeline: saved } = await log.open((entry) => hub.announce(entry));
  const hub = new Hub(logEpoch);
  try {
    const keeper = new TimelineKeeper(log, saved, config.tick, now());
    const { timeline } = keeper;
    const ticker = new Ticker(
      timeline,
      { now, noticeSleep: () => clock.noticeSleep(), setTimer },
      (n) => {
        hub.tick(n);
        void keeper.reserve(n);
      },
      keeper.emittedBefore,
    );
    const conversation: V1Conversation = {
      hub,
      log,
      stats,
      access,
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
      encode: textFrames,
      newestTick: () => hub.newestTick.webSocket,
      lifeSign: (socket) => socket.bytesRead,
      onClosing: (peer) => {
        hub.disconnect(peer);
        access?.forget(peer);
      },
      onGone: (peer, code) => {
        heartbeat.remove(peer);
        desk.release(peer.address);
        logger.debug({ address: peer.address, code }, 'client left');
      },
    };
    const eventsOwner: PeerOwner = {
      ...owner,
      encode: eventFrames(logEpoch),
      newestTick: () => hub.newestTick.events,
      lifeSign: bytesTaken,
    };
    const addPeer = ({ ws, socket, room, dialect, address, grant }: Accepted): void => {
      const peer = new Peer(ws, socket, address, dialect === 'events' ? eventsOwner : owner);
      hub.connect(peer);
      heartbeat.add(peer);
      if (grant !== undefined) access?.watch(peer, grant);
      peer.begin(
        dialect === 'plain'
          ? new PlainSession(conversation, peer, room, grant)
          : new V1Session(conversation, peer, room, dialect),
      );
      stats.accepted += 1;
      logger.debug({ address, dialect, room }, 'client joined');
    };

    const readiness = new Readiness();
    const gateOptions: GateOptions = {
      maxMessage: config.maxMessage,
      origins: config.origin,
      desk,
      access,
      draining: () => readiness.draining,
      onAccepted: addPeer,
      onRefused: (address, status, why) => {
        stats.refused += 1;
        logger.debug({ address, status, why }, 'refused');
      },
    };
    const api = createApi({
      conversation,
      publishTokens,
      gate: gateOptions,
      addressOf: (request) => addressOf(request.socket),
    });
    const webSocket = new WebSocketGate(gateOptions);
    const http = createHttp({ files, api, webSocket, readiness, tls });
    const reloadables = secretsOf(access, publishTokens);
    if (tlsFiles && http.server instanceof TlsServer) {
      reloadables.push(reloadableTls(http.server, tlsFiles));
    }
    const address = await listen(http.server, inherited ?? config);
    await keeper.reserve(tickAt(timeline, now()));
    ticker.start();
    heartbeat.start();
    access?.start();
    const onlineTimer = setInterval(() => hub.sayOnline(), ONLINE_EVERY_MS);
    let stopping: Promise<void> | undefined;

    return {
      address,
      stats,
      get online() {
        return hub.size;
      },
      get queuedBytes() {
        return hub.queuedBytes;
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
      stop() {
        clearInterval(onlineTimer);
        access?.stop();
        const timeoutMs = config.drainTimeout;
        stopping ??= drain({ readiness, http, ticker, heartbeat, hub, keeper, log, timeoutMs });
        return stopping;
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** What of the files with secrets can be read again. */
function secretsOf(
  access: Access | undefined,
  publishTokens: PublishTokens | undefined,
): Reloadable[] {
  const secrets: Reloadable[] = [];
  if (access) secrets.push({ name: 'the secret of the tokens', reload: () => access.reload() });
  if (publishTokens) {
    secrets.push({ name: 'the publish tokens', reload: () => publishTokens.reload() });
  }
  return secrets;
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

/** @throws in one line, if the files don't hold a certificate and its key */
function loadedPair(files: TlsFiles, logger: Logger): TlsPair {
  const loaded = loadTlsPair(files);
  if (!loaded.ok) throw new Error(loaded.error);
  const { expiresAt } = loaded.pair;
  // Not a reason to stay away: whoever looks into the log finds why browsers refuse.
  if (expiresAt <= Date.now()) {
    logger.warn(`--tls-cert ${files.cert}: expired on ${new Date(expiresAt).toISOString()}`);
  }
  return loaded.pair;
}
