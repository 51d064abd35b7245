import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bystander } from '../support/bystander.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { PlainClient } from '../support/plain-client.js';
import { until } from '../support/until.js';
import { ROOT } from '../support/root.js';

/** Makes the server collect garbage and print its memory on SIGUSR2. */
const MEMORY_ON_SIGNAL = {
  NODE_OPTIONS: `--import=${join(ROOT, 'bench/servers/memory-on-signal.js')}`,
};

/** Largest growth of the memory under attack that passes, bytes. */
export const MOST_GROWN_BYTES = 32 * 1024 * 1024;

/**
 * Number of readings of the memory at the end, one tick of a second apart. V8 returns the pages of
 * a young generation that it no longer needs to the system some seconds later
 * (`--memory-pool-timeout`: 8 s).
 */
const MEMORY_READINGS = 20;

/** Behaviour of a server under attack. */
export interface Verdict {
  /** Exit status after SIGTERM. */
  readonly exit: number | null;
  /** Ticks that a listening client did not receive. */
  readonly missedTicks: number;
  /** Ticks that the server counted as skipped. */
  readonly skippedTicks: number;
  /** Longest time that this machine blocked a {@link Bystander}, ms. */
  readonly machineHeldUpMs: number;
  /** Total time that the server waited for a CPU, ms. */
  readonly waitedForCpuMs: number;
  /** Growth of the memory, without garbage, bytes. */
  readonly grownBytes: number;
}

/** A server process with ticks of a second, and a client that only listens. */
export class ObservedDaemon {
  readonly daemon: Daemon;
  readonly #witness: PlainClient;
  readonly #bystander: Bystander;
  readonly #startBytes: number;

  private constructor(
    daemon: Daemon,
    witness: PlainClient,
    bystander: Bystander,
    startBytes: number,
  ) {
    this.daemon = daemon;
    this.#witness = witness;
    this.#bystander = bystander;
    this.#startBytes = startBytes;
  }

  /** Starts it; see {@link startDaemon} for `through`. */
  static async start(through: readonly string[] = []): Promise<ObservedDaemon> {
    const daemon = await startDaemon([], MEMORY_ON_SIGNAL, through);
    const witness = await PlainClient.connect(daemon.port);
    await witness.untilTicks(2);
    const bystander = await Bystander.start();
    return new ObservedDaemon(daemon, witness, bystander, await residentBytes(daemon));
  }

  get port(): number {
    return this.daemon.port;
  }

  get pid(): number {
    return this.daemon.process.pid ?? 0;
  }

  /** Number of open descriptors. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** CPU time that its main thread has used, ms: first value of `schedstat`, ns (proc(5)). */
  cpuMs(): number {
    const [used = '0'] = readFileSync(`/proc/${this.pid}/schedstat`, 'utf8').split(' ');
    return Number(used) / 1e6;
  }

  /** Smallest of the readings until one passes, because free memory returns gradually. */
  async #settledGrowth(): Promise<number> {
    let least = Infinity;
    for (let reading = 0; reading < MEMORY_READINGS && least > MOST_GROWN_BYTES; reading += 1) {
      least = Math.min(least, (await residentBytes(this.daemon)) - this.#startBytes);
      await this.#witness.untilTicks(this.#witness.ticks.length + 1);
    }
    return least;
  }

  /** Stops the server and returns the verdict. */
  async finish(): Promise<Verdict> {
    const grownBytes = await this.#settledGrowth();
    await this.#witness.untilTicks(this.#witness.ticks.length + 2);
    const { ticks } = this.#witness;
    const waitedForCpuMs = waitedMs(this.pid);
    const { code } = await this.daemon.stop();
    const stopped = JSON.parse(this.daemon.logLines().at(-1) ?? '{}') as {
      readonly skippedTicks: number;
    };
    const machineHeldUpMs = await this.#bystander.longestPause();
    await this.#bystander.stop();
    return {
      exit: code,
      missedTicks: (ticks.at(-1) ?? 0) - (ticks[0] ?? 0) + 1 - ticks.length,
      skippedTicks: stopped.skippedTicks,
      machineHeldUpMs,
      waitedForCpuMs,
      grownBytes,
    };
  }
}

/** Second value of a main thread's `schedstat`: time waiting for a CPU, ns (proc(5)). */
function waitedMs(pid: number): number {
  const [, waited = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
  return Number(waited) / 1e6;
}

/** Resident memory after a garbage collection. */
async function residentBytes(daemon: Daemon): Promise<number> {
  const told = (): string[] => daemon.logLines().filter((line) => line.startsWith('memory '));
  const before = told().length;
  daemon.process.kill('SIGUSR2');
  await until('it tells its memory', () => told().length > before);
  const usage = JSON.parse(told().at(-1)?.slice('memory '.length) ?? '{}') as NodeJS.MemoryUsage;
  return usage.rss;
}
