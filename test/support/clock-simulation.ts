import { ProbePlan } from '../../src/clock/probe-plan.js';
import { RemoteClock } from '../../src/clock/remote-clock.js';

/** A way from a client to a server: how long each direction takes this time, ms. */
export interface Path {
  up(random: () => number): number;
  down(random: () => number): number;
  /** How long a tick frame waits at the server before it leaves. */
  frame?(random: () => number): number;
}

/** A delay of `meanMs` ± `jitterMs`, evenly distributed, each way by itself. */
export function jittery(meanMs: number, jitterMs: number): Path {
  const delay = (random: () => number): number => meanMs + (2 * random() - 1) * jitterMs;
  return { up: delay, down: delay };
}

/** The same, but 2 % of the packets take 200 to 600 ms longer, as over Wi-Fi. */
export function spiky(meanMs: number, jitterMs: number): Path {
  const usual = jittery(meanMs, jitterMs);
  const delay = (random: () => number): number =>
    usual.up(random) + (random() < 0.02 ? 200 + 400 * random() : 0);
  return { up: delay, down: delay };
}

/** What happens to the clocks, by true time in ms. */
export interface Happening {
  readonly atMs: number;
  /** The machine of the client sleeps so long: its monotonic clock stands still. */
  readonly sleepMs?: number;
  /** The wall clock of the client is set forth or back. */
  readonly wallStepMs?: number;
  /** The server's clock is another from now on. */
  readonly serverStepMs?: number;
  /** The path is another from now on. */
  readonly path?: Path;
}

/** A simulated client. */
export interface Scenario {
  readonly path: Path;
  readonly durationMs: number;
  readonly random: () => number;
  readonly driftPpm?: number;
  readonly periodMs?: number;
  readonly precisionMs?: number;
  /** Time between the tick frames that the client gets; none by default. */
  readonly framesEveryMs?: number;
  readonly happenings?: readonly Happening[];
}

/** What a client's clock said at a moment, ms. */
export interface Reading {
  /** True time since the start. */
  readonly at: number;
  readonly local: number;
  readonly now: number;
  /** `now` less what was true. */
  readonly error: number;
  /** What the clock said of its error. */
  readonly bound: number;
  readonly synced: boolean;
  /** How often the clock has said that one of the clocks jumped. */
  readonly jumps: number;
  readonly driftPpm: number;
  /** Number of probes sent so far. */
  readonly probes: number;
}

/** A frame from the server that leaves at `leaves`: an answer, or a tick frame, without a `t0`. */
interface Frame {
  readonly leaves: number;
  readonly t0?: number;
  readonly t1: number;
  readonly t2: number;
}

/** Server time at the start of a simulation. */
const EPOCH = 1_800_000_000_000;
/** Local time then. */
const LOCAL_START = 12_345.678;
/** Between two readings, true time. */
const READ_EVERY_MS = 100;

/**
 * Runs a client's clock against a server through a network, all simulated: probes are sent when the
 * plan says, arrive when the path says but in order, as over TCP, and the clock is read ten times a
 * second.
 */
export function simulate(scenario: Scenario): Reading[] {
  const {
    random,
    durationMs,
    precisionMs = 0,
    periodMs = 1000,
    framesEveryMs = Infinity,
  } = scenario;
  const rate = 1 - (scenario.driftPpm ?? 0) * 1e-6;
  const happenings = [...(scenario.happenings ?? [])];
  const clock = new RemoteClock({ periodMs, precisionMs });
  const readings: Reading[] = [];
  const leaving: Frame[] = [];
  const arriving: Array<Frame & { readonly at: number }> = [];
  let { path } = scenario;
  let sleptMs = 0;
  let wallOffset = EPOCH - 777;
  let serverOffset = EPOCH;
  const exact = (at: number): number => LOCAL_START + (at - sleptMs) * rate;
  const local = (at: number): number =>
    precisionMs > 0 ? Math.floor(exact(at) / precisionMs) * precisionMs : exact(at);
  const plan = new ProbePlan(local(0));
  let probeAt = 0;
  let frameAt = framesEveryMs;
  let probes = 0;
  let arrives = 0;
  let received = 0;
  let jumps = 0;

  const isDue = (at: number): boolean => {
    probeAt = Math.max(probeAt, at - READ_EVERY_MS); // none was sent during sleep
    return probeAt <= at;
  };
  const happen = (happening: Happening): number => {
    sleptMs += happening.sleepMs ?? 0;
    wallOffset += happening.wallStepMs ?? 0;
    serverOffset += happening.serverStepMs ?? 0;
    path = happening.path ?? path;
    return happening.sleepMs ?? 0;
  };
  const probe = (): void => {
    const at = probeAt;
    probes += 1;
    arrives = Math.max(arrives, at + path.up(random));
    const leaves = arrives + 0.05 * random();
    const t1 = arrives + serverOffset;
    const t2 = leaves + serverOffset;
    leaving.push({ leaves, t0: local(at), t1, t2 });
    probeAt = at + plan.sent(local(at), random);
  };

  const sendFrames = (until: number): void => {
    for (; frameAt <= until; frameAt += framesEveryMs) {
      const now = frameAt + serverOffset;
      const leaves = frameAt + (path.frame?.(random) ?? 0);
      leaving.push({ leaves, t1: now, t2: now });
    }
  };
  const carry = (until: number): void => {
    leaving.sort((a, b) => a.leaves - b.leaves);
    for (const frame of takeWhile(leaving, ({ leaves }) => leaves <= until)) {
      received = Math.max(received, frame.leaves + path.down(random));
      arriving.push({ ...frame, at: received });
    }
  };
  const receive = (until: number): void => {
    for (const { at, t0, t1, t2 } of takeWhile(arriving, (frame) => frame.at <= until)) {
      if (t0 === undefined) {
        clock.hear(t1, local(at));
        continue;
      }
      const jumped = clock.add({ t0, t1, t2, t3: local(at) });
      if (jumped) jumps += 1;
      if (jumped && plan.burst(local(until))) probeAt = until;
    }
  };
  const read = (at: number): Reading => ({
    at,
    local: local(at),
    now: clock.now(local(at)),
    error: clock.now(local(at)) - (at + serverOffset),
    bound: clock.error(local(at)),
    synced: clock.synced,
    jumps,
    driftPpm: clock.driftPpm,
    probes,
  });

  let at = 0;
  while (at < durationMs) {
    const happening = happenings[0];
    if (happening !== undefined && at >= happening.atMs) {
      happenings.shift();
      at += happen(happening);
    }
    if (clock.noticeSleep(local(at), at + wallOffset) && plan.burst(local(at))) probeAt = at;
    while (isDue(at)) probe();
    sendFrames(at);
    carry(at);
    receive(at);
    readings.push(read(at));
    at += READ_EVERY_MS;
  }
  return readings;
}

/** Removes items from the front as long as `is` holds for them, and returns them. */
function takeWhile<Item>(items: Item[], is: (item: Item) => boolean): Item[] {
  const end = items.findIndex((item) => !is(item));
  return items.splice(0, end === -1 ? items.length : end);
}
