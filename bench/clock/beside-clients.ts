import { setTimeout as delay } from 'node:timers/promises';
import { readReferenceClock } from '../../src/cli/bench/clock/reference-clock.js';
import { monotonicMicros } from '../../src/cli/bench/monotonic.js';
import { CONTENDERS, type ClockClient, type Contender } from './library-clients.js';

/** One reading of a client's clock. Times in ms. */
export interface Sample {
  /** Time since the join. */
  readonly at: number;
  /** Difference between the client's clock and the server's. */
  readonly error: number;
  /** The client's own bound of it; null if it states none. */
  readonly bound: number | null;
}

/** Readings of all clients of a contender. */
export interface Readings {
  readonly contender: Contender;
  readonly samples: readonly Sample[];
  /** Bytes that the clock of a client took in its first minute, and in all. */
  readonly firstBytes: number;
  readonly bytes: number;
}

/** Time between two readings of all clocks, ms. */
const READ_EVERY_MS = 200;
/** Time between two joins, ms. */
const JOIN_EVERY_MS = 20;
const FIRST_READING_MS = 6000;
const MINUTE_MS = 60_000;
const PROBING = { probes: 200, apartMs: 2 };

interface Joined {
  readonly contender: Contender;
  readonly at: number;
  readonly client: ClockClient;
  readonly read: Array<{
    readonly at: number;
    readonly now: number;
    readonly bound: number | null;
  }>;
  firstBytes: number;
}

/**
 * `node beside-clients.js TICKCHAT LIBRARIES DIRECT CLIENTS SECONDS`: opens as many clients of
 * each contender through a relay, reads their clocks from 6 s after the join on, and prints their
 * {@link Readings}. DIRECT is the address of tickchat's server without the relay, where the truth
 * is read; the libraries' server tells the machine's monotonic clock.
 */
const [tickchat = '', libraries = '', direct = '', count, seconds] = process.argv.slice(2);
const names = Object.keys(CONTENDERS) as Contender[];
const all: Joined[] = [];
for (let number = 0; number < Number(count); number += 1) {
  for (const contender of names) {
    const client = CONTENDERS[contender](contender === 'tickchat' ? tickchat : libraries, number);
    all.push({ contender, at: time(), client, read: [], firstBytes: 0 });
  }
  await delay(JOIN_EVERY_MS);
}
for (const endAt = time() + 1000 * Number(seconds); time() < endAt; ) {
  await delay(READ_EVERY_MS);
  for (const one of all) read(one);
}
const { offsetMs } = await readReferenceClock(direct, time, PROBING);
process.stdout.write(JSON.stringify(names.map(readingsOf)));
for (const { client } of all) client.close();

function read(joined: Joined): void {
  const { client } = joined;
  const before = time();
  const now = client.now();
  const at = (before + time()) / 2;
  if (at - joined.at <= MINUTE_MS) joined.firstBytes = client.bytes();
  if (at - joined.at >= FIRST_READING_MS) joined.read.push({ at, now, bound: client.bound() });
}

function readingsOf(contender: Contender): Readings {
  const ahead = contender === 'tickchat' ? offsetMs : 0;
  const own = all.filter((one) => one.contender === contender);
  const mean = (bytes: (one: Joined) => number): number =>
    own.reduce((sum, one) => sum + bytes(one), 0) / own.length;
  return {
    contender,
    samples: own.flatMap((one) =>
      one.read.map(({ at, now, bound }) => ({ at: at - one.at, error: now - at - ahead, bound })),
    ),
    firstBytes: mean((one) => one.firstBytes),
    bytes: mean(({ client }) => client.bytes()),
  };
}

/** The machine's monotonic clock, ms. */
function time(): number {
  return monotonicMicros() / 1e3;
}
