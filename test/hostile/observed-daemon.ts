import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bystander } from '../support/bystander.js';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { PlainClient } from '../support/plain-client.js';
import { until } from '../support/until.js';
import { ROOT } from '../support/root.js';

/** Has the server collect its garbage and tell its memory when it gets SIGUSR2. */
const MEMORY_ON_SIGNAL = {
  NODE_OPTIONS: `--import=${join(ROOT, 'bench/servers/memory-on-signal.js')}`,
};

/** Readings of the memory that a server holds at the end, a tick apart. */
const MEMORY_READINGS = 6;

/** What a server did while it was attacked. */
export interface Verdict {
  /** Whether it ended well, when it was asked to and not before. */
  readonly exit: number | null;
  /** Ticks that a client which only listened did not get. */
  readonly missedTicks: number;
  /** Ticks that the server owns up to having passed over. */
  readonly skippedTicks: number;
  /** The longest that this machine held up a {@link Bystander}, ms. */
  readonly machineHeldUpMs: number;
  /** How long the server was kept waiting for a CPU in all, ms: others were at work. */
  readonly waitedForCpuMs: number;
  /** How much more memory it held at the end than at the start, garbage apart. */
  readonly grownBytes: number;
}

/** A server in a process of its own, ticking each second, with a client that only listens. */
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

  /** How many descriptors it has open. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** What is free goes back to the system little by little: the least of some readings. */
  async #settledGrowth(): Promise<number> {
    let least = Infinity;
    for (let reading = 0; reading < MEMORY_READINGS; reading += 1) {
      least = Math.min(least, (await residentBytes(this.daemon)) - this.#startBytes);
      await this.#witness.untilTicks(this.#witness.ticks.length + 1);
    }
    return least;
  }

  /** Stops the server and tells how it was. */
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

/** Second figure of a main thread's `schedstat`: ns that it could have run and didn't (proc(5)). */
function waitedMs(pid: number): number {
  const [, waited = '0'] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
  return Number(waited) / 1e6;
}

/** What the system has given the process, once it has collected its garbage. */
async function residentBytes(daemon: Daemon): Promise<number> {
  const told = (): string[] => daemon.logLines().filter((line) => line.startsWith('memory '));
  const before = told().length;
  daemon.process.kill('SIGUSR2');
  await until('it tells its memory', () => told().length > before);
  const usage = JSON.parse(told().at(-1)?.slice('memory '.length) ?? '{}') as NodeJS.MemoryUsage;
  return usage.rss;
}
