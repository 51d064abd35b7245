import { Worker } from 'node:worker_threads';
import { monotonicMicros } from '../monotonic.js';
import { plainDialect } from '../dialect.js';
import { probe } from '../probe.js';
import {
  clockErrors,
  distribution,
  latenesses,
  outOfTurn,
  spreads,
  type Firing,
} from './firing.js';
import type { ClockWorkerInput, ClockWorkerAnswer, ClockPlan } from './plan.js';
import type { ClockReport } from './report.js';
import { MIN_PROBES, readReferenceClock, type ReferenceClock } from './reference-clock.js';

/** Time between two probes, ms: below the default --rate of 20 messages a second. */
const PROBE_INTERVAL_MS = 55;
const MAX_PROBES = 200;

const WORKER = new URL('clock-worker.js', import.meta.url);

/** Phase of a measurement. */
export type ClockPhase = 'getting in sync' | 'measuring';

/** Observes and ends a measurement. */
export interface ClockRunOptions {
  /** Ends the measurement early, with a report of the ticks so far. */
  readonly signal?: AbortSignal;
  readonly onPhase?: (phase: ClockPhase) => void;
}

/**
 * Measures how well clients of the library know a server's clock, and when they fire its ticks.
 * They are compared with a reference clock, which is accurate to microseconds on the server's own
 * machine.
 *
 * Rejects with one line if the server can't be reached or the clients don't get in sync.
 */
export async function runClockBench(
  plan: ClockPlan,
  { signal, onPhase }: ClockRunOptions = {},
): Promise<ClockReport> {
  const { host, port, path, room, token, tls } = plan.target;
  const query = `?room=${encodeURIComponent(room)}`;
  const { address } = await probe(plan.target, plainDialect.target(path, room, token));
  // A certificate is for a name, so that a TLS connection needs the name again.
  const [scheme, server] = tls === undefined ? ['ws', address] : ['wss', host];
  const url = `${scheme}://${server.includes(':') ? `[${server}]` : server}:${port}${path}`;
  onPhase?.('getting in sync');
  const workers = workerInputs(plan, url).map(
    (worker) => new Worker(WORKER, { workerData: worker }),
  );
  try {
    await Promise.all(workers.map((worker) => answer(worker, 'in sync')));
    const fired = workers.map((worker) => answer(worker, 'fired'));
    const began = monotonicMicros();
    tellAll(workers, 'begin');
    signal?.addEventListener('abort', () => tellAll(workers, 'enough'));
    onPhase?.('measuring');
    const told = Promise.all(fired).then((all) => ({
      firings: all.flatMap(({ firings }) => firings),
      seconds: (monotonicMicros() - began) / 1e6,
    }));
    const now = (): number => monotonicMicros() / 1e3;
    const probing = { probes: probesIn(plan.windowMs), apartMs: PROBE_INTERVAL_MS };
    const measured = readReferenceClock(url + query, now, { ...probing, token, signal });
    const [truth, { firings, seconds }] = await Promise.all([measured, told]);
    return reportOf(plan.clients, firings, truth, seconds);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function probesIn(windowMs: number): number {
  return Math.max(MIN_PROBES, Math.min(MAX_PROBES, Math.floor(windowMs / PROBE_INTERVAL_MS)));
}

function workerInputs(
  { target, clients, windowMs, workers }: ClockPlan,
  url: string,
): ClockWorkerInput[] {
  const { room, token } = target;
  const all = Array.from({ length: clients }, (_, number) => number);
  return Array.from({ length: Math.min(workers, clients) }, (_, worker) => {
    const numbers = all.filter((number) => number % workers === worker);
    return { url, room, token, numbers, windowMs };
  });
}

/** The next answer of a worker; rejects if it is of another kind. */
function answer<Kind extends ClockWorkerAnswer['answer']>(
  worker: Worker,
  kind: Kind,
): Promise<Extract<ClockWorkerAnswer, { answer: Kind }>> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (told: ClockWorkerAnswer) => {
      if (isOf(kind, told)) resolve(told);
      else reject(new Error(told.answer === 'failed' ? told.why : `unexpected: ${told.answer}`));
    });
  });
}

function isOf<Kind extends ClockWorkerAnswer['answer']>(
  kind: Kind,
  told: ClockWorkerAnswer,
): told is Extract<ClockWorkerAnswer, { answer: Kind }> {
  return told.answer === kind;
}

function tellAll(workers: readonly Worker[], word: 'begin' | 'enough'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  for (const worker of workers) worker.postMessage(word);
}

function reportOf(
  clients: number,
  firings: readonly Firing[],
  { offsetMs, withinMs }: ReferenceClock,
  seconds: number,
): ClockReport {
  const errors = clockErrors(firings, offsetMs).map(Math.abs);
  return {
    clients,
    seconds,
    periodMs: periodOf(firings),
    truthWithin: withinMs,
    clockError: distribution(errors),
    bound: distribution(firings.map(({ bound }) => bound)),
    beyondBound: errors.filter((error, i) => error > (firings[i]?.bound ?? 0) + withinMs).length,
    lateness: distribution(latenesses(firings, offsetMs).map(Math.abs)),
    spread: distribution(spreads(firings)),
    firings: firings.length,
    outOfTurn: outOfTurn(firings),
  };
}

/** Length of a tick, ms, from the first two that differ; NaN if there are none. */
function periodOf(firings: readonly Firing[]): number {
  const [first] = firings;
  const other = firings.find(({ n }) => n !== first?.n);
  if (first === undefined || other === undefined) return NaN;
  return (other.dueAt - first.dueAt) / (other.n - first.n);
}
