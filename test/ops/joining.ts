import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '../../src/client/index.js';
import { startDaemon } from '../support/daemon.js';
import { freePort } from '../support/free-port.js';
import { LibraryClients } from '../support/library-clients.js';
import { until } from '../support/until.js';

/** How long the server is stopped, ms: longer than a client waits for an open WebSocket. */
const STOPPED_MS = 6000;

/** Time between two restarts, ms. */
const RESTART_EVERY_MS = 5000;

/** Longest wait for all clients, ms. */
const PATIENCE_MS = 60_000;

/** What became of clients that joined a server in trouble. */
export interface Joining {
  readonly clients: number;
  /** Connected by WebSocket, with a settled clock. */
  readonly joined: number;
  readonly overSse: number;
  /** Stopped for good. */
  readonly stopped: number;
  /** Time from the end of the trouble until the last has joined, ms. */
  readonly ms: number;
}

/** `count` clients join a server whose process is stopped (SIGSTOP) in the middle of it. */
export async function joinStopped(count: number): Promise<Joining> {
  const daemon = await startDaemon(['--max-clients-per-ip', '0']);
  const clients = new LibraryClients();
  try {
    const joining = Array.from({ length: count }, () => clients.join(daemon.url, 'ann'));
    await until('the first ones have joined', () => joining.some(isJoined));
    daemon.process.kill('SIGSTOP');
    await delay(STOPPED_MS);
    daemon.process.kill('SIGCONT');
    return await untilJoined(joining);
  } finally {
    clients.closeAll();
    await daemon.stop();
  }
}

/** `count` clients join a server that is killed and started again every 5 s. */
export async function joinRestarting(count: number, restarts: number): Promise<Joining> {
  const port = await freePort();
  const start = () => startDaemon(['--max-clients-per-ip', '0', '--port', String(port)]);
  const clients = new LibraryClients();
  let daemon = await start();
  try {
    const joining = Array.from({ length: count }, () => clients.join(daemon.url, 'ann'));
    for (let restart = 0; restart < restarts; restart += 1) {
      await delay(RESTART_EVERY_MS);
      await daemon.kill();
      daemon = await start();
    }
    return await untilJoined(joining);
  } finally {
    clients.closeAll();
    await daemon.stop();
  }
}

function isJoined(client: Client): boolean {
  return client.state.name === 'connected' && client.transport === 'websocket';
}

async function untilJoined(clients: readonly Client[]): Promise<Joining> {
  const from = performance.now();
  const isThere = (client: Client): boolean => isJoined(client) && client.clock.synced;
  const count = (filter: (client: Client) => boolean): number => clients.filter(filter).length;
  const isSettled = (): boolean => count(isThere) === clients.length;
  await until('all have joined', isSettled, PATIENCE_MS).catch(() => {}); // the counts say it
  return {
    clients: clients.length,
    joined: count(isThere),
    overSse: count(({ state, transport }) => state.name === 'connected' && transport === 'sse'),
    stopped: count(({ state }) => state.name === 'stopped'),
    ms: Math.round(performance.now() - from),
  };
}
