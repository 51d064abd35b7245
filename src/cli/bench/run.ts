import { setTimeout as delay } from 'node:timers/promises';
import type { Endpoint } from './open-socket.js';
import { WorkerThread } from './worker-thread.js';
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

/** Phase of a run. */
export type Phase = 'connecting' | 'settling' | 'warming up' | 'measuring' | 'finishing';

/** A dialect, and the worker module that speaks it. */
export interface Speaking {
  readonly dialect: Dialect;
  readonly workerUrl: URL;
}

/** Observes and ends a run. */
export interface RunOptions {
  /** Ends the run early, with a report of the time so far. */
  readonly signal?: AbortSignal;
  /** Called when a phase begins, and about once a second. */
  onProgress?(phase: Phase, now: Snapshot): void;
  /** Default: the plain protocol. */
  readonly speaking?: Speaking;
}

const PLAIN: Speaking = {
  dialect: plainDialect,
  workerUrl: new URL('plain-worker.js', import.meta.url),
};

/** Time for the begin command to reach all threads, ms. */
const LEAD_MS = 50;
const PROGRESS_MS = 1000;
const STORM_POLL_MS = 5;

/** Runs a load against a server. Rejects with one line if the server can't be reached. */
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
  readonly #threads: readonly WorkerThread[];
  readonly #progress: NodeJS.Timeout;
  #phase: Phase = 'connecting';

  constructor(plan: BenchPlan, endpoint: Endpoint, workerUrl: URL, options: RunOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#counters = Array.from({ length: plan.workers }, sharedCounters);
    this.#before = this.#snapshot();
    const run = randomRun();
    this.#threads = this.#counters.map(
      (counters, worker) => new WorkerThread(workerUrl, { plan, endpoint, run, worker, counters }),
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
    await this.#untilEnd(schedule.windowEnd);
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
        thread.tell({ command: 'close' });
        await thread.answer('closed').catch(() => {}); // its failure was reported before
        await thread.end();
      }),
    );
  }

  /** Resolves when all clients are connected; rejects if one is rejected, or at the signal. */
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
    for (const thread of this.#threads) thread.tell({ command: 'begin', schedule });
    return schedule;
  }

  /** Stops sending, waits for pending messages and collects the results. */
  async #finish(): Promise<WorkerResult[]> {
    const sentBySender: number[] = [];
    const stopped = this.#threads.map(async (thread) => {
      thread.tell({ command: 'stop' });
      const { sent } = await thread.answer('stopped');
      for (const one of sent) sentBySender[one.sender] = one.sent;
    });
    await Promise.all(stopped);
    const settled = this.#threads.map(async (thread) => {
      thread.tell({ command: 'settle', sentBySender });
      return (await thread.answer('settled')).result;
    });
    return Promise.all(settled);
  }

  /** Waits for the end of the window, or until no client of a storm is away any more. */
  async #untilEnd(at: number): Promise<void> {
    const { storm } = this.#plan;
    if (storm === undefined) return this.#sleepUntil(at);
    while (monotonicMicros() < at && this.#options.signal?.aborted !== true) {
      const { returned, closed } = takeSnapshot(this.#counters, undefined);
      if (returned + closed >= storm.clients) return;
      await this.#sleep(STORM_POLL_MS);
    }
  }

  #sleepUntil(at: number): Promise<void> {
    return this.#sleep((at - monotonicMicros()) / 1e3);
  }

  /** Waits `ms`, or until the signal. */
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
