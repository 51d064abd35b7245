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
import type { ClockCrew, ClockCrewAnswer, ClockPlan } from './plan.js';
import type { ClockReport } from './report.js';
import { measureTruth, type Truth } from './truth.js';

/** A server with its own limits lets so many probes through: 20 a second. */
const PROBES_APART_MS = 55;
const [FEWEST_PROBES, MOST_PROBES] = [20, 200];

const WORKER = new URL('clock-worker.js', import.meta.url);

/** What a measurement is doing. */
export type ClockPhase = 'getting in sync' | 'measuring';

/** How a measurement is watched and ended. */
export interface ClockRunOptions {
  /** Ends the measurement early, with a report of what there was so far. */
  readonly signal?: AbortSignal;
  readonly onPhase?: (phase: ClockPhase) => void;
}

/**
 * Measures how well clients of the library know a server's clock and when they fire its ticks. The truth
 * is measured beside it: on the server's own machine there is one clock, so it is known to microseconds.
 *
 * Rejects with one line if the server can't be had or the clients don't get in sync.
 */
export async function runClockBench(
  plan: ClockPlan,
  { signal, onPhase }: ClockRunOptions = {},
): Promise<ClockReport> {
  const { port, path, room, token } = plan.target;
  const query = `?room=${encodeURIComponent(room)}`;
  const { address } = await probe(plan.target, plainDialect.target(path, room, token));
  const url = `ws://${address.includes(':') ? `[${address}]` : address}:${port}${path}`;
  onPhase?.('getting in sync');
  const crews = crewsOf(plan, url).map((crew) => new Worker(WORKER, { workerData: crew }));
  try {
    await Promise.all(crews.map((crew) => answer(crew, 'in sync')));
    const fired = crews.map((crew) => answer(crew, 'fired'));
    const began = monotonicMicros();
    tellAll(crews, 'begin');
    signal?.addEventListener('abort', () => tellAll(crews, 'enough'));
    onPhase?.('measuring');
    const told = Promise.all(fired).then((all) => ({
      firings: all.flatMap(({ firings }) => firings),
      seconds: (monotonicMicros() - began) / 1e6,
    }));
    const now = (): number => monotonicMicros() / 1e3;
    const probing = { probes: probesIn(plan.windowMs), apartMs: PROBES_APART_MS };
    const measured = measureTruth(url + query, now, { ...probing, token });
    const [truth, { firings, seconds }] = await Promise.all([measured, told]);
    return reportOf(plan.clients, firings, truth, seconds);
  } finally {
    await Promise.all(crews.map((crew) => crew.terminate()));
  }
}

function probesIn(windowMs: number): number {
  return Math.max(FEWEST_PROBES, Math.min(MOST_PROBES, Math.floor(windowMs / PROBES_APART_MS)));
}

function crewsOf({ target, clients, windowMs, workers }: ClockPlan, url: string): ClockCrew[] {
  const { room, token } = target;
  const all = Array.from({ length: clients }, (_, number) => number);
  return Array.from({ length: Math.min(workers, clients) }, (_, worker) => {
    const numbers = all.filter((number) => number % workers === worker);
    return { url, room, token, numbers, windowMs };
  });
}

/** The next answer of a crew, which has to be this one. */
function answer<Kind extends ClockCrewAnswer['answer']>(
  crew: Worker,
  kind: Kind,
): Promise<Extract<ClockCrewAnswer, { answer: Kind }>> {
  return new Promise((resolve, reject) => {
    crew.once('error', reject);
    crew.once('message', (told: ClockCrewAnswer) => {
      if (isOf(kind, told)) resolve(told);
      else reject(new Error(told.answer === 'failed' ? told.why : `unexpected: ${told.answer}`));
    });
  });
}

function isOf<Kind extends ClockCrewAnswer['answer']>(
  kind: Kind,
  told: ClockCrewAnswer,
): told is Extract<ClockCrewAnswer, { answer: Kind }> {
  return told.answer === kind;
}

function tellAll(crews: readonly Worker[], word: 'begin' | 'enough'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  for (const crew of crews) crew.postMessage(word);
}

function reportOf(
  clients: number,
  firings: readonly Firing[],
  { offsetMs, withinMs }: Truth,
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

/** Length of a tick, ms, by the first two that differ; NaN if there are none. */
function periodOf(firings: readonly Firing[]): number {
  const [first] = firings;
  const other = firings.find(({ n }) => n !== first?.n);
  if (first === undefined || other === undefined) return NaN;
  return (other.dueAt - first.dueAt) / (other.n - first.n);
}
