import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fromRoot } from '../paths.js';
import { ServerProcess } from '../server-process.js';

/** What a process holds after a collection, bytes. */
export interface HeldMemory {
  /** What JavaScript can reach, buffers outside its heap included. */
  readonly reachable: number;
  /** What the system has given it. */
  readonly resident: number;
}

/**
 * Each kept message holds its author. Guests are another author each, so history goes on growing until
 * every message of every room is of another guest: with 1,000 kept that would take longer than a soak.
 */
const HISTORY = 20;
const MEMORY_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** tickchat in a process that tells its memory and whose descriptors are counted. */
export class ObservedServer {
  readonly process: ServerProcess;
  #output = '';

  private constructor(process: ServerProcess) {
    this.process = process;
    process.onOutput((text) => (this.#output = (this.#output + text).slice(-10_000)));
  }

  static async start(): Promise<ObservedServer> {
    const options = `--port 0 --host 127.0.0.1 --rate 0 --history ${HISTORY} --log-format json`;
    return new ObservedServer(
      await ServerProcess.start({
        command: process.execPath,
        args: [
          `--import=${fromRoot('bench/servers/memory-on-signal.js')}`,
          fromRoot('bin/tickchat.js'),
          'serve',
          ...options.split(' '),
        ],
        port: /"port":(\d+)/,
      }),
    );
  }

  /** Has it collect its garbage and tells what is left. */
  async heldMemory(): Promise<HeldMemory> {
    this.#output = '';
    this.process.signal('SIGUSR2');
    const found = await this.#until(() => /^memory (.*)$/m.exec(this.#output)?.[1]);
    const usage: NodeJS.MemoryUsage = JSON.parse(found);
    return { reachable: usage.heapUsed + usage.external, resident: usage.rss };
  }

  /** Open file descriptors. */
  descriptors(): number {
    return readdirSync(`/proc/${this.process.pid}/fd`).length;
  }

  /** Waits until no more than so many are open; what it came to. */
  async descriptorsDownTo(expected: number, timeoutMs: number): Promise<number> {
    const deadline = Date.now() + timeoutMs;
    while (this.descriptors() > expected && Date.now() < deadline) await delay(POLL_MS);
    return this.descriptors();
  }

  async #until(find: () => string | undefined): Promise<string> {
    const deadline = Date.now() + MEMORY_TIMEOUT_MS;
    while (Date.now() < deadline) {
      const found = find();
      if (found !== undefined) return found;
      await delay(POLL_MS);
    }
    throw new Error('the server does not tell its memory');
  }
}
