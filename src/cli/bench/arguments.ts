import { availableParallelism } from 'node:os';
import { parseWhole } from '../../server/config/parse.js';
import { BENCH_DEFAULTS, type BenchFlags } from '../commands/bench-defaults.js';
import { UsageError } from '../errors.js';
import { urlIn } from '../open-client.js';
import type { ClockPlan } from './clock/plan.js';
import { MIN_SIZE } from './payload.js';
import type { BenchPlan, BenchTarget, Load } from './plan.js';

const DEFAULT_PATH = '/ws';
const DEFAULT_PORT = 80;
const DEFAULT_TLS_PORT = 443;
/** Room of the load if the URL names none; users may be in the lobby. */
const DEFAULT_ROOM = 'bench';
const SETTLE_MS = 1000;
const MAX_CLIENTS = 100_000;
const MAX_SECONDS = 86_400;
const MAX_SIZE = 1024 * 1024;
/** Maximum number of pairs of client and sender; each takes 4 bytes. */
const MAX_PAIRS = 50_000_000;

/**
 * The plan for a URL and flags.
 *
 * @throws {UsageError} for the first invalid value, in one line
 */
export function parseBenchPlan(url: string, flags: BenchFlags): BenchPlan {
  const target = parseTarget(url, flags.token);
  const clients = whole('clients', flags.clients, 1, MAX_CLIENTS);
  const load = parseLoad(flags);
  const senders = parseSenders(flags, clients, load);
  const rooms = whole('rooms', flags.rooms, 1, clients);
  if (clients * Math.ceil(senders / rooms) > MAX_PAIRS) {
    throw new UsageError(`--senders ${senders}: too many for ${clients} clients in ${rooms} rooms`);
  }
  return {
    target,
    clients,
    senders,
    load,
    rooms,
    size: whole('size', flags.size, MIN_SIZE, MAX_SIZE),
    windowMs: seconds('seconds', flags.seconds, 0.1),
    warmupMs: seconds('warmup', flags.warmup, 0),
    settleMs: SETTLE_MS,
    workers: whole('workers', flags.workers ?? String(defaultWorkers()), 1, 64),
    pid: flags.pid === undefined ? undefined : whole('pid', flags.pid, 1, 2 ** 22),
    stalled: 0,
    readEvery: 1,
  };
}

/** Flags that can be combined with --clock. */
const CLOCK_FLAGS: ReadonlySet<string> = new Set([
  'clock',
  'clients',
  'seconds',
  'workers',
  'token',
  'json',
]);
const MAX_CLOCK_CLIENTS = 10_000;
const MAX_CLOCK_SECONDS = 600;

/**
 * The plan of a measurement of the clock.
 *
 * @throws {UsageError} for the first invalid value, in one line
 */
export function parseClockPlan(url: string, flags: BenchFlags): ClockPlan {
  const other = Object.keys(flags).find((name) => !CLOCK_FLAGS.has(name));
  if (other !== undefined) throw new UsageError(`--${other}: can't be combined with --clock`);
  return {
    target: parseTarget(url, flags.token),
    clients: whole('clients', flags.clients, 1, MAX_CLOCK_CLIENTS),
    windowMs: seconds('seconds', flags.seconds, 0.1, MAX_CLOCK_SECONDS),
    workers: whole('workers', flags.workers ?? String(defaultWorkers()), 1, 64),
  };
}

/** Half the cores, at least one: a server on this machine needs cores too. */
export function defaultWorkers(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}

function parseLoad(flags: BenchFlags): Load {
  if (flags.closed !== true) {
    return { kind: 'rate', perSecond: whole('rate', flags.rate, 0, 1_000_000) };
  }
  if (flags.rate !== undefined) throw new UsageError("--rate: can't be combined with --closed");
  return { kind: 'closed' };
}

/** The number of senders; in a closed loop by default all clients. */
function parseSenders(flags: BenchFlags, clients: number, load: Load): number {
  if (load.kind === 'rate' && load.perSecond === 0) return 0;
  const usual =
    load.kind === 'closed' ? clients : Math.min(clients, Number(BENCH_DEFAULTS.senders));
  return whole('senders', flags.senders ?? String(usual), 1, Math.min(clients, 99_999));
}

function parseTarget(text: string, token: string | undefined): BenchTarget {
  const url = urlIn(text);
  if (url === undefined || !/^(https?|wss?):$/.test(url.protocol)) {
    throw new UsageError(
      `${JSON.stringify(text)}: takes host:port, or a URL such as http://localhost:9876/ or ws://localhost:9876/ws?room=bench`,
    );
  }
  const tls = /^(https|wss):$/.test(url.protocol);
  const defaultPort = tls ? DEFAULT_TLS_PORT : DEFAULT_PORT;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : Number(url.port),
    path: url.pathname === '/' ? DEFAULT_PATH : url.pathname,
    room: url.searchParams.get('room') ?? DEFAULT_ROOM,
    token,
    tls: tls ? {} : undefined,
  };
}

function whole(
  name: keyof BenchFlags,
  given: string | undefined,
  min: number,
  max: number,
): number {
  const text = given ?? defaultOf(name);
  const value = parseWhole(text);
  if (value !== undefined && value >= min && value <= max) return value;
  throw new UsageError(
    `--${name} ${JSON.stringify(text)}: takes a whole number from ${min} to ${max}`,
  );
}

/** Parses seconds and returns ms. */
function seconds(
  name: keyof BenchFlags,
  given: string | undefined,
  min: number,
  max = MAX_SECONDS,
): number {
  const text = given ?? defaultOf(name);
  const value = /^\d{1,5}(\.\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value * 1000;
  throw new UsageError(`--${name} ${JSON.stringify(text)}: takes seconds from ${min} to ${max}`);
}

function defaultOf(name: keyof BenchFlags): string {
  return Object.entries(BENCH_DEFAULTS).find(([known]) => known === name)?.[1] ?? '';
}
