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
  /** Exit statuses of the servers, other than 0. */
  readonly failures: readonly string[];
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
  const failures: string[] = [];
  let slowestMs = 0;
  let started = 0;
  let acceptedByThis = 0;
  let pid = 0;
  let running = true;
  const supervisor = spawn(
    'systemd-socket-activate',
    [
      ...['-l', `127.0.0.1:${port}`, join(ROOT, 'test/ops/keep-running.sh'), `${restarts + 1}`],
      ...[process.execPath, join(ROOT, 'bin/tickchat.js'), 'serve', '--log-level', 'info'],
    ],
    { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const endWithUs = (): void => void (supervisor.pid && process.kill(-supervisor.pid, 'SIGKILL'));
  process.once('exit', endWithUs);
  let errors = '';
  supervisor.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(supervisor, 'close');
  createInterface({ input: supervisor.stdout }).on('line', (line) => {
    if (line.startsWith('pid ')) [pid, acceptedByThis] = [Number(line.slice(4)), 0];
    if (line.includes('listening on port')) started += 1;
  });
  await untilItListens(supervisor.stderr, () => errors);
  const loop = async (): Promise<void> => {
    while (running) {
      const start = performance.now();
      const outcome = await attempt(port);
      outcomes[outcome] += 1;
      if (outcome !== 'accepted') continue;
      slowestMs = Math.max(slowestMs, performance.now() - start);
      acceptedByThis += 1;
      // The number of the last start is not a restart; it is stopped like the others.
      if (acceptedByThis !== ACCEPTED_EACH) continue;
      running = started <= restarts;
      process.kill(pid, 'SIGTERM');
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, loop));
  const [code] = (await ended) as [number | null];
  process.off('exit', endWithUs);
  if (code !== 0) failures.push(`exit status ${code}: ${errors}`);
  return { restarts: started - 1, failures, outcomes, slowestMs: Math.round(slowestMs) };
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

async function untilItListens(stderr: NodeJS.ReadableStream, text: () => string): Promise<void> {
  while (!text().includes('Listening on')) await once(stderr, 'data');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
