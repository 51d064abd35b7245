import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { ROOT } from '../support/root.js';

/** What became of an attempt to connect. */
type Outcome = 'accepted' | 'asked to come again' | 'cut' | 'refused';

/** What was seen over the restarts. */
export interface RestartReport {
  readonly restarts: number;
  /** Of the first server that ended with another status than 0. */
  readonly failure: string | undefined;
  /** Attempts to connect by what became of them. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** The longest that an attempt took that was accepted, ms. */
  readonly slowestMs: number;
}

/** So many loops connect, one attempt after the other, all the time. */
const LOOPS = 4;

/** Each server is stopped when it has accepted so many. */
const ACCEPTED_EACH = 10;

/**
 * Restarts a server `restarts` times under systemd-socket-activate while clients connect without a
 * pause, and counts how that went for them.
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
  // A server that would not start ends it all; then nobody listens any more.
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
      running = started <= restarts; // after the last one nobody holds the socket
      process.kill(pid, 'SIGTERM');
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, loop));
  const failure = await supervisor.ended;
  return { restarts: started - 1, failure, outcomes, slowestMs: Math.round(slowestMs) };
}

/** One WebSocket, opened and closed again. */
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
  /** Resolves when all servers have ended: what went wrong, if anything did. */
  readonly ended: Promise<string | undefined>;
}

/** Resolves when the socket is there; servers are started when somebody connects. */
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
