import fc from 'fast-check';
import { addressOf } from '../../src/client/address.js';
import { Client } from '../../src/client/client.js';
import { FAIL_CODES, type Ticks } from '../../src/protocol/v1.js';
import { FakeEnvironment } from '../client/fake-environment.js';

/** Limits of what a server can make a client do, in a second of its time. */
const MOST = { timers: 3000, ticks: 1100, frames: 60, sockets: 12, armed: 12 };

/** What happens to a client. */
type Step =
  | { readonly kind: 'open' }
  | { readonly kind: 'say'; readonly frame: string }
  | { readonly kind: 'answer probe'; readonly ahead: number; readonly took: number }
  | { readonly kind: 'end'; readonly code: number }
  | { readonly kind: 'pass' | 'jump'; readonly ms: number }
  | { readonly kind: 'wake' };

/** A world that counts timers, and throws where a client loops. */
function countingEnvironment(): { environment: FakeEnvironment; counts: { fired: number } } {
  const environment = new FakeEnvironment();
  const counts = { fired: 0 };
  const arm = environment.setTimer;
  environment.setTimer = (wake, delayMs) => {
    if (!(delayMs >= 0)) throw new Error(`a timer of ${delayMs} ms`);
    return arm(() => {
      counts.fired += 1;
      if (counts.fired > MOST.timers) throw new Error('a busy loop');
      wake();
    }, delayMs);
  };
  environment.setTickTimer = environment.setTimer;
  return { environment, counts };
}

const odd = fc.oneof(
  fc.constantFrom(
    0,
    -0,
    -1,
    1e-9,
    0.5,
    1,
    2 ** 31,
    2 ** 51,
    -(2 ** 51),
    2 ** 53,
    -(2 ** 53),
    8.64e15,
    1e308,
    -1e308,
  ),
  fc.double(),
  fc.integer(),
);
const anything = fc.oneof(odd, fc.jsonValue({ maxDepth: 2 }));

/** `fields` as a server that keeps the protocol has them, one or two of them replaced. */
function spoilt(fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  const good = fc.record(fields);
  const bad = fc.dictionary(fc.constantFrom(...Object.keys(fields)), anything, { maxKeys: 2 });
  return fc.tuple(good, fc.oneof(fc.constant({}), bad)).map(([a, b]) => ({ ...a, ...b }));
}

const count = fc.nat({ max: 1000 });
const person = spoilt({ id: fc.string(), name: fc.string() });
const log = spoilt({ epoch: fc.constantFrom('a', 'b'), seq: count });
const hello = spoilt({
  room: fc.constant('lobby'),
  you: spoilt({ id: fc.string(), name: fc.string(), write: fc.boolean() }),
  tick: spoilt({
    n: count,
    epoch: fc.constantFrom(0, 1e12, -8e15, 8e15, -(2 ** 51), 2 ** 51),
    period: fc.constantFrom(1, 2, 10, 1000, 3_600_000, 8e15),
  }),
  now: fc.oneof(fc.constantFrom(0, 1e12, 2 ** 51, -(2 ** 51), 8.64e15), odd),
  log,
  recovered: fc.constantFrom(null, true, false),
  replay: count,
  online: count,
  limits: spoilt({ message: fc.constant(4096), rate: odd, burst: odd }),
  server: fc.constant('x'),
});
const message = spoilt({
  seq: fc.oneof(count, odd),
  at: odd,
  from: person,
  text: fc.string(),
  id: fc.string(),
});
const fail = spoilt({
  code: fc.constantFrom(...FAIL_CODES, 'new_code'),
  text: fc.string(),
  id: fc.string(),
  retryAfterMs: odd,
});

const asFrame = (verb: string, payload: fc.Arbitrary<unknown>): fc.Arbitrary<string> =>
  payload.map((value) => `${verb}:${JSON.stringify(value)}`);

const frame = fc.oneof(
  { weight: 4, arbitrary: asFrame('hello', hello) },
  asFrame('tick', odd),
  asFrame('msg', message),
  asFrame('online', spoilt({ n: count })),
  asFrame('sync', spoilt({ t0: odd, t1: odd, t2: odd })),
  asFrame('fail', fail),
  fc.string(),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'open' as const }) },
  { weight: 8, arbitrary: frame.map((text) => ({ kind: 'say' as const, frame: text })) },
  fc.record({ kind: fc.constant('answer probe' as const), ahead: odd, took: odd }),
  fc.record({
    kind: fc.constant('end' as const),
    code: fc.constantFrom(1000, 1001, 1006, 1008, 1009, 4000, 4001, 4003, 4008, 4999),
  }),
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(1000) }) },
  fc.record({ kind: fc.constant('jump' as const), ms: fc.nat(100_000_000) }),
  fc.constant({ kind: 'wake' as const }),
);

/** Steps of a hostile server and of a bad network, each followed by a second at most. */
export const STEPS = fc.array(step, { maxLength: 40 });

/** Tick frames that the client asks for. */
export const TICKS = fc.constantFrom<Ticks>('all', 'sparse');

/** Runs a client through `steps`. Throws if it does more in a second than {@link MOST}. */
export function survive(steps: readonly Step[], ticks: Ticks): void {
  const { environment, counts } = countingEnvironment();
  const client = new Client(addressOf('ws://localhost/ws'), { ticks }, environment);
  let fired = 0;
  client.on('tick', () => (fired += 1));
  void client.send('a message').catch(() => {});
  for (const one of steps) {
    counts.fired = 0;
    fired = 0;
    const [sockets, sent] = [environment.sockets.length, framesOf(environment)];
    take(one, environment);
    atMost(MOST.ticks, fired, 'ticks');
    atMost(MOST.frames, framesOf(environment) - sent, 'frames');
    atMost(MOST.sockets, environment.sockets.length - sockets, 'sockets');
    atMost(MOST.armed, environment.armed, 'timers armed');
  }
  client.close();
  environment.socket.ends(1005);
  counts.fired = 0;
  environment.pass(60_000);
  if (environment.armed > 0) throw new Error(`${environment.armed} timers after close`);
}

function take(one: Step, environment: FakeEnvironment): void {
  const { socket } = environment;
  switch (one.kind) {
    case 'open':
      return socket.gone ? undefined : socket.opens();
    case 'say':
      return socket.gone ? undefined : socket.receives(one.frame);
    case 'answer probe': {
      const probe = socket.sent.findLast((text) => text.startsWith('sync:'));
      if (probe === undefined || socket.gone) return;
      const { t0 } = JSON.parse(probe.slice('sync:'.length)) as { t0: number };
      const t1 = environment.now() + one.ahead;
      return socket.receives(`sync:${JSON.stringify({ t0, t1, t2: t1 + one.took })}`);
    }
    case 'end':
      return socket.gone ? undefined : socket.ends(one.code);
    case 'wake':
      return environment.wakes();
    default:
      return environment[one.kind](one.ms);
  }
}

function framesOf({ sockets }: FakeEnvironment): number {
  return sockets.reduce((sum, { sent }) => sum + sent.length, 0);
}

function atMost(limit: number, value: number, what: string): void {
  if (value > limit) throw new Error(`${value} ${what}`);
}

/** Does that for `ms`. Returns the number of runs, and the report of one that failed. */
export function surviveFor(ms: number): { runs: number; failure?: string } {
  const result = fc.check(fc.property(STEPS, TICKS, survive), {
    numRuns: Infinity,
    interruptAfterTimeLimit: ms,
    markInterruptAsFailure: false,
  });
  const runs = result.numRuns;
  return result.failed ? { runs, failure: fc.defaultReportMessage(result) ?? 'failed' } : { runs };
}
