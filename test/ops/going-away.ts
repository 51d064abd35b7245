import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { backoffDelayMs } from '../../src/client/backoff.js';
import { BACKOFF } from '../../src/client/reconnecting-socket.js';
import { startDaemon } from '../support/daemon.js';
import { until } from '../support/until.js';
import { evenness, type Evenness } from './return-rate.js';

/** Observations of the stop of a server with many clients. */
export interface GoingAwayReport {
  readonly clients: number;
  /** Number of closed connections by code. */
  readonly codes: Readonly<Record<number, number>>;
  readonly exitCode: number | null;
  /** Time from SIGTERM to the end of the process, ms. */
  readonly stopMs: number;
  /** Number of clients that the other server accepted. */
  readonly returned: number;
  readonly returns: Evenness;
}

/** Number of concurrent connects. */
const CONNECTING = 50;

/**
 * Stops a server with `clients` clients. They wait as the client library does and connect to
 * another server, as behind a load balancer.
 */
export async function stopWithClients(
  clients: number,
  drainTimeoutMs: number,
): Promise<GoingAwayReport> {
  const limits = ['--max-clients-per-ip', '0', '--drain-timeout', `${drainTimeoutMs}ms`];
  const [leaving, staying] = await Promise.all([startDaemon(limits), startDaemon(limits)]);
  for (const daemon of [leaving, staying]) daemon.process.ref(); // their ends are awaited
  const codes: Record<number, number> = {};
  const returnedAt: number[] = [];
  const back: Array<Promise<WebSocket>> = [];
  const comeBack = async (): Promise<WebSocket> => {
    await delay(backoffDelayMs(0, BACKOFF, Math.random));
    returnedAt.push(performance.now());
    return connected(staying.port);
  };
  for (let left = clients; left > 0; left -= CONNECTING) {
    const group = Array.from({ length: Math.min(left, CONNECTING) }, () => connected(leaving.port));
    for (const ws of await Promise.all(group)) {
      ws.once('close', (code) => {
        codes[code] = (codes[code] ?? 0) + 1;
        back.push(comeBack());
      });
    }
  }
  const start = performance.now();
  const { code: exitCode } = await leaving.stop();
  const stopMs = Math.round(performance.now() - start);
  await until('everybody closed', () => back.length === clients);
  const sockets = await Promise.all(back);
  for (const ws of sockets) ws.terminate();
  await staying.kill();
  const returned = sockets.length;
  return { clients, codes, exitCode, stopMs, returned, returns: evenness(returnedAt) };
}

async function connected(port: number): Promise<WebSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`);
  await once(ws, 'open');
  ws.on('error', () => {}); // 'close' follows, with the code
  return ws;
}
