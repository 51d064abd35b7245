import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Command of a server. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Finds the port in the output. */
  readonly port: RegExp;
}

const START_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 15_000;

/** A server in a separate process. */
export class ServerProcess {
  readonly pid: number;
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, pid: number, port: number) {
    this.#child = child;
    this.pid = pid;
    this.port = port;
  }

  /** Starts a server. Resolves when it has printed its port. */
  static async start({ command, args, env, port }: ServerCommand): Promise<ServerProcess> {
    const child = spawn(command, [...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    endWithUs(child);
    const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
    try {
      const found = await readPort(child, port);
      if (child.pid === undefined) throw new Error(`${command} did not start`);
      return new ServerProcess(child, child.pid, found);
    } finally {
      clearTimeout(timer);
    }
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Output after the port, in chunks. */
  onOutput(listener: (text: string) => void): void {
    this.#child.stdout?.on('data', (data: Buffer) => listener(String(data)));
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends the server, by force after a time-out. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }
}

/** Ends the server with this process, unless that is killed by SIGKILL. */
function endWithUs(child: ChildProcess): void {
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/**
 * Reads standard output until the port is there, and then keeps reading, so that the pipe never
 * fills.
 */
function readPort(child: ChildProcess, pattern: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (data: Buffer) => {
      if (text.length < 10_000) text += String(data);
      const port = pattern.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`a server ended before it listened: ${text}`)));
  });
}
