import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** How long a server may take from its start until it listens, an npx install included, ms. */
const START_TIMEOUT_MS = 120_000;
/** How long a server may take to stop, ms. */
const STOP_TIMEOUT_MS = 15_000;

/** A `tickchat serve` of a proof, in a process group of its own: a signal to npx alone is lost. */
export class ServerProcess {
  #child;
  #closed;
  #endWithUs;

  /** Base address of the server, without a slash at the end. */
  base = '';

  constructor(child) {
    this.#child = child;
    this.#closed = once(child, 'close');
    this.#endWithUs = ['SIGINT', 'SIGTERM'].map((signal) => {
      const listener = () => {
        this.#signal('SIGKILL');
        process.kill(process.pid, signal);
      };
      process.once(signal, listener);
      return [signal, listener];
    });
  }

  /**
   * Runs `command` and resolves when the server listens. Rejects if it ends first or takes too long.
   *
   * @param options of `spawn`: `cwd` and `env`
   */
  static async start(command, args, options) {
    const child = spawn(command, args, {
      ...options,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const server = new ServerProcess(child);
    try {
      server.base = `http://127.0.0.1:${await portOf(child)}`;
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Stops the server. Rejects if it doesn't end by itself in time. */
  async stop() {
    const timeout = setTimeout(() => this.#signal('SIGKILL'), STOP_TIMEOUT_MS);
    const stoppedAt = performance.now();
    await this.#end('SIGTERM');
    clearTimeout(timeout);
    if (performance.now() - stoppedAt >= STOP_TIMEOUT_MS)
      throw new Error('the server did not stop');
  }

  /** Ends the server as `kill -9` does. */
  async kill() {
    await this.#end('SIGKILL');
  }

  async #end(signal) {
    this.#child.stdout.resume();
    this.#signal(signal);
    await this.#closed;
    for (const [name, listener] of this.#endWithUs) process.off(name, listener);
  }

  #signal(signal) {
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // The group has ended already.
    }
  }
}

/** The port in the server's first log line that has one. */
async function portOf({ stdout }) {
  const timeout = setTimeout(() => stdout.destroy(), START_TIMEOUT_MS);
  try {
    for await (const line of createInterface({ input: stdout })) {
      console.log(line);
      const { port } = JSON.parse(line);
      if (port !== undefined) return port;
    }
  } finally {
    clearTimeout(timeout);
  }
  throw new Error('the server did not say which port it listens on');
}
