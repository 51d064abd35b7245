import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { BenchPlan } from '../../src/cli/bench/plan.js';
import { faultIn, type BenchReport } from '../../src/cli/bench/report.js';
import { runBench } from '../../src/cli/bench/run.js';
import { ObservedServer, type HeldMemory } from '../observed-server.js';
import { fromRoot } from '../paths.js';
import { Churn, ROOM_TEXTS, STAYERS_ROOM } from './churn.js';
import { Flood } from './flood.js';
import { prefill } from './prefill.js';
import { Random } from './random.js';

const CLIENTS = 1000;
const STAYERS = 200;
/** Largest growth of reachable and of resident memory, as a share. */
const ALLOWED_GROWTH = 0.05;
/** Longest life of a closed client that doesn't answer, ms: the server's 10 s and some. */
const LEAVE_TIMEOUT_MS = 20_000;
const MAX_MINUTES = 24 * 60;
/**
 * Messages per room. Each message holds its author, and each guest is another author, so that
 * memory grows until all messages are from different guests. With 1,000 messages that takes longer
 * than a soak.
 */
const HISTORY = 20;
const OPTIONS = `--port 0 --host 127.0.0.1 --rate 0 --history ${HISTORY} --log-format json`;

/**
 * npm run soak -- [--minutes 10] [--seed N]
 *
 * 200 clients stay and check every message; 800 others come and go, stall and reset. Memory is
 * compared at two moments when only those who stay are connected: after the first quarter, in which
 * everything that fills up has filled up, and at the end.
 */
async function main(): Promise<void> {
  const { minutes, seed } = readArguments();
  say(`soak: ${minutes} min, seed ${seed}`);
  const server = await ObservedServer.start({
    command: process.execPath,
    args: [fromRoot('bin/tickchat.js'), 'serve', ...OPTIONS.split(' ')],
    port: /"port":(\d+)/,
  });
  try {
    const faults = await soak(server, minutes * 60_000, new Random(seed));
    for (const fault of faults) say(`FAILED ${fault}`);
    if (faults.length > 0) process.exitCode = 1;
    else say('passed');
  } finally {
    await server.process.stop();
  }
}

async function soak(server: ObservedServer, totalMs: number, random: Random): Promise<string[]> {
  const endpoint = { address: '127.0.0.1', port: server.process.port, host: 'localhost' };
  const atStart = server.descriptors();
  await prefill(endpoint, ROOM_TEXTS);
  const leaving = new AbortController();
  const stayers = runBench(stayersPlan(server.process.port, totalMs), { signal: leaving.signal });
  const churn = new Churn(endpoint, random);
  const flood = new Flood(endpoint);
  try {
    const early = await phase(server, churn, totalMs / 4, atStart);
    const late = await phase(server, churn, (totalMs * 3) / 4, atStart);
    flood.stop();
    leaving.abort();
    const report = await stayers;
    const atEnd = await server.descriptorsDownTo(atStart, LEAVE_TIMEOUT_MS);
    describe(report, churn, early, late);
    say(`descriptors: ${atStart} at the start, ${atEnd} at the end`);
    const leaked = atEnd > atStart ? [`descriptors: ${atEnd - atStart} left open`] : [];
    return [...stayerFaults(report), ...growth(early, late), ...leaked];
  } finally {
    flood.stop();
    leaving.abort();
    await churn.stop();
  }
}

/** Runs guests for a time. Resolves with the server's memory when all have left. */
async function phase(
  server: ObservedServer,
  churn: Churn,
  durationMs: number,
  atStart: number,
): Promise<HeldMemory> {
  churn.start(CLIENTS - STAYERS);
  await delay(durationMs);
  await churn.stop();
  await server.descriptorsDownTo(atStart + STAYERS + 1, LEAVE_TIMEOUT_MS); // 1: the flood
  return server.heldMemory();
}

function stayersPlan(port: number, totalMs: number): BenchPlan {
  return {
    target: { host: '127.0.0.1', port, path: '/ws', room: STAYERS_ROOM },
    clients: STAYERS,
    senders: 20,
    load: { kind: 'rate', perSecond: 20 },
    size: 64,
    rooms: 1,
    windowMs: totalMs + 10 * LEAVE_TIMEOUT_MS, // ended by the signal
    warmupMs: 0,
    settleMs: 0,
    workers: 1,
    stalled: 0,
    readEvery: 1,
  };
}

function stayerFaults(report: BenchReport): string[] {
  const fault = faultIn(report);
  const faults = fault === undefined ? [] : [`those who stayed: ${fault}`];
  return report.delivered > 0 ? faults : [...faults, 'those who stayed got nothing'];
}

function growth(early: HeldMemory, late: HeldMemory): string[] {
  return (['reachable', 'resident'] as const)
    .filter((kind) => late[kind] > early[kind] * (1 + ALLOWED_GROWTH))
    .map((kind) => `memory, ${kind}: ${change(early[kind], late[kind])}`);
}

function describe(report: BenchReport, churn: Churn, early: HeldMemory, late: HeldMemory): void {
  say(`guests: ${churn.came} came and went`);
  say(`those who stayed: ${report.delivered} messages in ${report.seconds.toFixed(0)} s`);
  if (report.ticks !== undefined) {
    say(`ticks: ${report.ticks.count}, drift ${report.ticks.driftPpm.toFixed(3)} ppm`);
  }
  say(`memory, reachable: ${change(early.reachable, late.reachable)}`);
  say(`memory, resident: ${change(early.resident, late.resident)}`);
}

function change(before: number, after: number): string {
  const percent = (after / before - 1) * 100;
  return `${mb(before)} → ${mb(after)} MB (${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %)`;
}

function mb(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(2);
}

function readArguments(): { minutes: number; seed: number } {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0 && minutes <= MAX_MINUTES)) {
    throw new Error(`--minutes takes a number up to ${MAX_MINUTES}`);
  }
  if (!Number.isInteger(seed)) throw new Error('--seed takes a whole number');
  return { minutes, seed };
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

await main();
