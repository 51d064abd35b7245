import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fromRoot } from '../paths.js';
import { ServerProcess } from '../server-process.js';

/** Memory of a process after a garbage collection, bytes. */
export interface HeldMemory {
  /** Reachable memory, including buffers outside of the heap. */
  readonly reachable: number;
  /** Resident memory. */
  readonly resident: number;
}

/**
 * Messages per room. Each message holds its author, and each guest is another author, so that
 * memory grows until all messages are from different guests. With 1,000 messages that takes longer
 * than a soak.
 */
const HISTORY = 20;
const MEMORY_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** A tickchat process whose memory and descriptors are measured. */
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

  /** Collects garbage and returns the memory. */
  async heldMemory(): Promise<HeldMemory> {
    this.#output = '';
    this.process.signal('SIGUSR2');
    const found = await this.#until(() => /^memory (.*)$/m.exec(this.#output)?.[1]);
    const usage: NodeJS.MemoryUsage = JSON.parse(found);
    return { reachable: usage.heapUsed + usage.external, resident: usage.rss };
  }

  /** Number of open file descriptors. */
  descriptors(): number {
    return readdirSync(`/proc/${this.process.pid}/fd`).length;
  }

  /** Waits until at most `count` descriptors are open. Resolves with the number. */
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
