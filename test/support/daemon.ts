import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Inbox } from './inbox.js';

const BIN = fileURLToPath(new URL('../../../bin/tickchat.js', import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All that it wrote to its standard error. */
  readonly stderr: string;
}

/** A real `tickchat serve` in a process of its own. */
export interface Daemon {
  /** The port that it got. */
  readonly port: number;
  /** Where its page is, ending in a slash. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Settles when the process is gone, however that came about. */
  readonly exited: Promise<Exit>;
  /** Asks it to stop (SIGTERM) and waits until it is gone. */
  stop(): Promise<Exit>;
  /** Ends it at once (SIGKILL) and waits until it is gone. */
  kill(): Promise<Exit>;
  /** Every line that it wrote to its standard output so far. */
  logLines(): readonly string[];
  /** Resolves when it has written a line that contains `text`. */
  untilLine(text: string): Promise<void>;
}

/**
 * Starts `tickchat serve` on a free port of the loopback interface; `args` are added and win.
 * Resolves when it listens. Rejects, with its standard error, if it ends before that.
 *
 * @param through a command that starts it in its own place, such as `prlimit --nofile=256`
 *
 * It runs in an empty directory and without this process's TICKCHAT_ variables, so that only
 * `args` and `variables` configure it.
 */
export async function startDaemon(
  args: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<Daemon> {
  const directory = mkdtempSync(join(tmpdir(), 'tickchat-test-'));
  const serve = [process.execPath, BIN, 'serve', '--port', '0', '--host', '127.0.0.1', ...args];
  const [command = '', ...rest] = [...through, ...serve];
  const child = spawn(command, rest, {
    cwd: directory,
    env: environment(variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = new Inbox<string>();
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  // Neither outlives the other: a test that fails leaves no server behind.
  const endWithTests = (): boolean => child.kill('SIGKILL');
  process.once('exit', endWithTests);
  child.unref();
  child.once('exit', () => process.off('exit', endWithTests));
  const exited = exitOf(child).finally(() => rmSync(directory, { recursive: true, force: true }));
  const listening = new Promise<number>((resolve) => {
    reader.on('line', (line) => {
      const port = listeningPort(line);
      if (port !== undefined) resolve(port);
    });
  });
  const endedEarly = exited.then(({ code, signal, stderr }) => {
    throw new Error(`tickchat serve ended (${signal ?? code}) before it listened:\n${stderr}`);
  });
  const port = await Promise.race([listening, endedEarly]);
  const end = (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  return {
    port,
    url: `http://127.0.0.1:${port}/`,
    process: child,
    exited,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    logLines: () => lines.items,
    untilLine: async (text) => {
      await lines.until(`line with ${text}`, (all) => all.some((line) => line.includes(text)));
    },
  };
}

function environment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TICKCHAT_'));
  return { ...Object.fromEntries(inherited), ...variables };
}

/** Rejects only if the process could not be started at all. */
async function exitOf(child: ChildProcess): Promise<Exit> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  await once(child, 'close'); // after 'exit', when all output was read
  return { code: child.exitCode, signal: child.signalCode, stderr };
}

function listeningPort(line: string): number | undefined {
  try {
    const record = JSON.parse(line) as { readonly port?: unknown; readonly msg?: unknown };
    const { port, msg } = record;
    const ready = typeof port === 'number' && msg === `listening on port ${port}`;
    return ready ? port : undefined;
  } catch {
    return undefined; // not a log line
  }
}
