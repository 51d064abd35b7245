import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { AdmissionDesk } from './admission.js';
import { ServerClock } from './clock.js';
import type { Config } from './config/options.js';
import { drain } from './drain.js';
import { Heartbeat } from './heartbeat.js';
import { createHttp } from './http.js';
import { Hub } from './hub.js';
import type { Log } from './log/log.js';
import { MemoryLog } from './log/memory.js';
import { Peer } from './peer.js';
import { newStats, type Stats } from './stats.js';
import { staticFiles } from './static-files.js';
import { Ticker } from './ticker.js';
import { setTimer } from './timer.js';
import { WebSocketGate, type Accepted } from './websocket.js';

/** Messages kept of each room, and rooms kept, while the process lives. */
const MEMORY_HISTORY = 1000;
const MEMORY_ROOMS = 1000;

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
  const log: Log = new MemoryLog({
    historyPerRoom: MEMORY_HISTORY,
    maxRooms: MEMORY_ROOMS,
    now,
  });
  const timeline = { epoch: Math.floor(now()), period: config.tick };
  const ticker = new Ticker(
    timeline,
    { now, noticeSleep: () => clock.noticeSleep(), setTimer },
    (n) => hub.tick(n),
  );

  const submit = (room: string, text: string): void => {
    const taken =
      text === ''
        ? Promise.reject(new Error('empty'))
        : log.append({ room, from: { id: '', name: '' }, text, id: '' });
    taken.then(
      () => (stats.messages += 1),
      () => (stats.dropped += 1),
    );
  };

  const addPeer = ({ ws, socket, room, address, release }: Accepted): void => {
    const peer = new Peer(room, ws, socket, config, {
      onText: (text) => submit(room, text),
      newestTick: () => hub.newestTick,
      onClosing: () => hub.remove(peer),
      onGone: (code) => {
        heartbeat.remove(peer);
        release();
        logger.debug({ address, room, code }, 'client left');
      },
    });
    stats.accepted += 1;
    hub.add(peer);
    heartbeat.add(peer);
    logger.debug({ address, room }, 'client joined');
  };

  let stopping: Promise<void> | undefined;
  const gate = new WebSocketGate({
    maxMessage: config.maxMessage,
    origins: config.origin,
    desk: new AdmissionDesk(config),
    draining: () => stopping !== undefined,
    onAccepted: addPeer,
    onRefused: (address, status, why) => {
      stats.refused += 1;
      logger.debug({ address, status, why }, 'refused');
    },
  });
  const http = createHttp(await staticFiles(PUBLIC_DIR), gate);

  await log.open((entry) => hub.message(entry.room, entry.text));
  const address = await listen(http.server, config);
  ticker.start();
  heartbeat.start();

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
      stopping ??= drain({ http, ticker, heartbeat, hub, log, timeoutMs: config.drainTimeout });
      return stopping;
    },
  };
}

async function listen(server: HttpServer, { port, host }: Config): Promise<AddressInfo> {
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  await once(server, 'listening'); // rejects on 'error'
  return server.address() as AddressInfo; // a TCP server's address is never a path
}
