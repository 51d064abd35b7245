import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { tickAt } from '../clock/timeline.js';
import { AdmissionDesk } from './admission.js';
import { senderReader } from './client-address.js';
import { ServerClock } from './clock.js';
import type { Config } from './config/options.js';
import { drain } from './drain.js';
import { Heartbeat } from './heartbeat.js';
import { createHttp } from './http.js';
import { Hub } from './hub.js';
import type { Log } from './log/log.js';
import { Peer, type PeerOwner } from './peer.js';
import { PlainSession } from './plain-session.js';
import { newStats, type Stats } from './stats.js';
import { staticFiles } from './static-files.js';
import { Ticker } from './ticker.js';
import { TimelineKeeper } from './timeline-keeper.js';
import { setTimer } from './timer.js';
import { V1Session, type V1Conversation } from './v1-session.js';
import { SERVER_NAME } from './version.js';
import { WebSocketGate, type Accepted } from './websocket.js';

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
  const hub = new Hub();
  const heartbeat = new Heartbeat();
  const files = await staticFiles(PUBLIC_DIR);
  const log = await createLog(config, now);
  const { epoch: logEpoch, timeline: saved } = await log.open((entry) => hub.announce(entry));
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
      onClosing: (peer) => hub.disconnect(peer),
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
      onRefused: (address, status, why) => {
        stats.refused += 1;
        logger.debug({ address, status, why }, 'refused');
      },
    });
    const http = createHttp(files, gate);
    const address = await listen(http.server, config);
    await keeper.reserve(tickAt(timeline, now()));
    ticker.start();
    heartbeat.start();
    const onlineTimer = setInterval(() => hub.sayOnline(), ONLINE_EVERY_MS);

    return {
      address,
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
        clearInterval(onlineTimer);
        const timeoutMs = config.drainTimeout;
        stopping ??= drain({ http, ticker, heartbeat, hub, keeper, log, timeoutMs });
        return stopping;
      },
    };
  } catch (error) {
    await log.close();
    throw error;
  }
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
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  await once(server, 'listening'); // rejects on 'error'
  return server.address() as AddressInfo; // a TCP server's address is never a path
}
