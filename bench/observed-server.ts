import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fromRoot } from './paths.js';
import { ServerProcess, type ServerCommand } from './server-process.js';

/** Memory of a process after a garbage collection, bytes. */
export interface HeldMemory {
  /** Reachable memory, including buffers outside of the heap. */
  readonly reachable: number;
  /** Resident memory. */
  readonly resident: number;
}

const MEMORY_TIMEOUT_MS = 30_000;
const POLL_MS = 100;

/** A server in a process of Node, whose memory and descriptors are measured. */
export class ObservedServer {
  readonly process: ServerProcess;
  #output = '';

  private constructor(process: ServerProcess) {
    this.process = process;
    process.onOutput((text) => (this.#output = (this.#output + text).slice(-10_000)));
  }

  static async start(command: ServerCommand): Promise<ObservedServer> {
    const module = `--import=${fromRoot('bench/servers/memory-on-signal.js')}`;
    return new ObservedServer(
      await ServerProcess.start({ ...command, args: [module, ...command.args] }),
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
