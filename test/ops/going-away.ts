import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { backoffDelayMs } from '../../src/client/backoff.js';
import { BACKOFF } from '../../src/client/link.js';
import { startDaemon } from '../support/daemon.js';
import { until } from '../support/until.js';
import { evenness, type Evenness } from './return-rate.js';

/** What was seen while a server with many clients stopped. */
export interface GoingAwayReport {
  readonly clients: number;
  /** How many were closed with which code. */
  readonly codes: Readonly<Record<number, number>>;
  readonly exitCode: number | null;
  /** From SIGTERM to the end of the process, ms. */
  readonly stopMs: number;
  /** How many were let in by the other server. */
  readonly returned: number;
  readonly returns: Evenness;
}

/** So many connect at a time. */
const CONNECTING = 50;

/**
 * Stops a server that has `clients` clients, which wait as the client library does and then connect to
 * another server, as behind a balancer.
 */
export async function stopWithClients(
  clients: number,
  drainTimeoutMs: number,
): Promise<GoingAwayReport> {
  const limits = ['--max-clients-per-ip', '0', '--drain-timeout', `${drainTimeoutMs}ms`];
  const [leaving, staying] = await Promise.all([startDaemon(limits), startDaemon(limits)]);
  for (const daemon of [leaving, staying]) daemon.process.ref(); // its end is waited for
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
  ws.on('error', () => {}); // 'close' follows and says the code
  return ws;
}
