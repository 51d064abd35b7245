import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from './connection.js';
import { CrewThread } from './crew-thread.js';
import { plainDialect, type Dialect } from './dialect.js';
import { monotonicMicros } from './monotonic.js';
import { randomRun } from './payload.js';
import type { BenchPlan } from './plan.js';
import { probe } from './probe.js';
import type { BenchReport } from './report.js';
import { buildReport } from './report-builder.js';
import { takeSnapshot, type Snapshot } from './snapshot.js';
import { sharedCounters, type Schedule } from './tally.js';
import type { WorkerResult } from './worker-messages.js';

/** What a run is doing. */
export type Phase = 'connecting' | 'settling' | 'warming up' | 'measuring' | 'finishing';

/** How a server is spoken to, and the worker module that does it. */
export interface Speaking {
  readonly dialect: Dialect;
  readonly workerUrl: URL;
}

/** How a run is watched and ended. */
export interface RunOptions {
  /** Ends the run early, with a report of what was measured so far. */
  readonly signal?: AbortSignal;
  /** Called when a phase begins and about once a second. */
  onProgress?(phase: Phase, now: Snapshot): void;
  /** The plain protocol if not given. */
  readonly speaking?: Speaking;
}

const PLAIN: Speaking = {
  dialect: plainDialect,
  workerUrl: new URL('plain-worker.js', import.meta.url),
};

/** Time for the order to begin to reach all threads. */
const LEAD_MS = 50;
const PROGRESS_MS = 1000;

/** Runs a load against a server. Rejects with one line if the server can't be had. */
export async function runBench(plan: BenchPlan, options: RunOptions = {}): Promise<BenchReport> {
  const speaking = options.speaking ?? PLAIN;
  const { path, room, token } = plan.target;
  const endpoint = await probe(plan.target, speaking.dialect.target(path, room, token));
  const run = new Run(plan, endpoint, speaking.workerUrl, options);
  try {
    return await run.report();
  } finally {
    await run.end();
  }
}

class Run {
  readonly #plan: BenchPlan;
  readonly #options: RunOptions;
  readonly #counters: readonly SharedArrayBuffer[];
  readonly #before: Snapshot;
  readonly #threads: readonly CrewThread[];
  readonly #progress: NodeJS.Timeout;
  #phase: Phase = 'connecting';

  constructor(plan: BenchPlan, endpoint: Endpoint, workerUrl: URL, options: RunOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#counters = Array.from({ length: plan.workers }, sharedCounters);
    this.#before = this.#snapshot();
    const run = randomRun();
    this.#threads = this.#counters.map(
      (counters, worker) => new CrewThread(workerUrl, { plan, endpoint, run, worker, counters }),
    );
    this.#progress = setInterval(() => this.#show(), PROGRESS_MS);
  }

  async report(): Promise<BenchReport> {
    this.#enter('connecting');
    await this.#connect();
    this.#enter('settling');
    await this.#sleep(this.#plan.settleMs);
    const connected = this.#snapshot();
    const schedule = this.#begin();
    this.#enter('warming up');
    await this.#sleepUntil(schedule.windowStart);
    const start = this.#snapshot();
    this.#enter('measuring');
    await this.#sleepUntil(schedule.windowEnd);
    const end = this.#snapshot();
    this.#enter('finishing');
    const results = await this.#finish();
    return buildReport({
      plan: this.#plan,
      before: this.#before,
      connected,
      start,
      end,
      after: this.#snapshot(),
      results,
      interrupted: this.#options.signal?.aborted === true,
    });
  }

  async end(): Promise<void> {
    clearInterval(this.#progress);
    await Promise.all(
      this.#threads.map(async (thread) => {
        thread.tell({ order: 'close' });
        await thread.answer('closed').catch(() => {}); // it has failed: it was said before
        await thread.end();
      }),
    );
  }

  /** Resolves when all clients are connected; rejects if one is refused, or at the signal. */
  async #connect(): Promise<void> {
    const connected = Promise.all(this.#threads.map((thread) => thread.answer('connected')));
    const signal = this.#options.signal ?? new AbortController().signal;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended before all had connected')));
    });
    await Promise.race([connected, aborted]);
  }

  #begin(): Schedule {
    const startAt = monotonicMicros() + LEAD_MS * 1e3;
    const windowStart = startAt + this.#plan.warmupMs * 1e3;
    const schedule = { startAt, windowStart, windowEnd: windowStart + this.#plan.windowMs * 1e3 };
    for (const thread of this.#threads) thread.tell({ order: 'begin', schedule });
    return schedule;
  }

  /** Stops sending, waits for what is on its way and collects what was seen. */
  async #finish(): Promise<WorkerResult[]> {
    const sentBySender: number[] = [];
    const stopped = this.#threads.map(async (thread) => {
      thread.tell({ order: 'stop' });
      const { sent } = await thread.answer('stopped');
      for (const one of sent) sentBySender[one.sender] = one.sent;
    });
    await Promise.all(stopped);
    const settled = this.#threads.map(async (thread) => {
      thread.tell({ order: 'settle', sentBySender });
      return (await thread.answer('settled')).result;
    });
    return Promise.all(settled);
  }

  #sleepUntil(at: number): Promise<void> {
    return this.#sleep((at - monotonicMicros()) / 1e3);
  }

  /** Ends at the signal too. */
  async #sleep(ms: number): Promise<void> {
    const { signal } = this.#options;
    await delay(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }

  #snapshot(): Snapshot {
    return takeSnapshot(this.#counters, this.#plan.pid);
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.#show();
  }

  #show(): void {
    this.#options.onProgress?.(this.#phase, this.#snapshot());
  }
}
