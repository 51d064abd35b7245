import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { ROOT } from '../support/root.js';
import { freePort } from '../support/free-port.js';

/** Result of an attempt to connect. */
type Outcome = 'accepted' | 'asked to come again' | 'cut' | 'refused';

/** Observations of the restarts. */
export interface RestartReport {
  readonly restarts: number;
  /** Error of the first server that ended with a status other than 0. */
  readonly failure: string | undefined;
  /** Number of attempts by result. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Longest time of an accepted attempt, ms. */
  readonly slowestMs: number;
}

/** Number of loops that connect continuously. */
const LOOPS = 4;

/** Number of accepted connections after which a server is stopped. */
const ACCEPTED_EACH = 10;

/**
 * Restarts a server `restarts` times under systemd-socket-activate while clients connect without a
 * pause, and counts the results.
 */
export async function restartWhileClientsConnect(restarts: number): Promise<RestartReport> {
  const port = await freePort();
  const outcomes = { accepted: 0, 'asked to come again': 0, cut: 0, refused: 0 };
  let slowestMs = 0;
  let started = 0;
  let acceptedByThis = 0;
  let pid = 0;
  let running = true;
  const supervisor = await startSupervisor(port, restarts + 1, (line) => {
    if (!line.startsWith('pid ')) return;
    [pid, acceptedByThis] = [Number(line.slice(4)), 0];
    started += 1;
  });
  // A server that does not start ends the run, because nothing listens then.
  void supervisor.ended.then(() => (running = false));
  const loop = async (): Promise<void> => {
    while (running) {
      const start = performance.now();
      const outcome = await attempt(port);
      outcomes[outcome] += 1;
      if (outcome !== 'accepted') continue;
      slowestMs = Math.max(slowestMs, performance.now() - start);
      acceptedByThis += 1;
      if (acceptedByThis !== ACCEPTED_EACH) continue;
      running = started <= restarts; // after the last restart nothing holds the socket
      process.kill(pid, 'SIGTERM');
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, loop));
  const failure = await supervisor.ended;
  return { restarts: started - 1, failure, outcomes, slowestMs: Math.round(slowestMs) };
}

/** Opens and closes one WebSocket. */
function attempt(port: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    ws.once('open', () => {
      ws.terminate();
      resolve('accepted');
    });
    ws.once('unexpected-response', (request) => {
      request.destroy();
      resolve('asked to come again');
    });
    ws.on('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code === 'ECONNREFUSED' ? 'refused' : 'cut');
    });
  });
}

interface Supervisor {
  /** Resolves when all servers have ended, with the error, if any. */
  readonly ended: Promise<string | undefined>;
}

/** Resolves when the socket listens; a connection starts the server. */
async function startSupervisor(
  port: number,
  servers: number,
  onLine: (line: string) => void,
): Promise<Supervisor> {
  const keepRunning = [join(ROOT, 'test/ops/keep-running.sh'), String(servers)];
  const serve = [process.execPath, join(ROOT, 'bin/tickchat.js'), 'serve', '--log-level', 'info'];
  const child = spawn(
    'systemd-socket-activate',
    ['-l', `127.0.0.1:${port}`, ...keepRunning, ...serve],
    { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const endWithUs = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  process.once('exit', endWithUs);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  createInterface({ input: child.stdout }).on('line', onLine);
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', endWithUs);
    return code === 0 ? undefined : `exit status ${String(code)}: ${errors}`;
  });
  while (!errors.includes('Listening on')) await once(child.stderr, 'data');
  return { ended };
}
