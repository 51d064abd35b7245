import { ProbePlan } from '../clock/probe-plan.js';
import { RemoteClock } from '../clock/remote-clock.js';
import { TickSchedule, type Tick } from '../clock/tick-schedule.js';
import { timeOfTick } from '../clock/timeline.js';
import type { Hello, ProbeAnswer } from '../protocol/v1.js';
import type { Environment } from './environment.js';

/** The server's clock, as well as it is known here. It goes on while the connection is lost. */
export interface Clock {
  /**
   * Server time, ms since 1970 with fractions; NaN before the client first joined. Once in sync it
   * never goes back, unless the server starts to count anew.
   */
  now(): number;
  /** Largest error of {@link now}, ms: Infinity before the client first joined. */
  readonly error: number;
  /** Whether {@link now} has settled: for the first second after joining it may still be corrected. */
  readonly synced: boolean;
  /** How often a frame of the server proved {@link now} wrong by more than {@link error}. */
  readonly disagreements: number;
  /** Server time at which tick `n` begins. */
  at(n: number): number;
  /** Server time at which the next tick begins. */
  next(): number;
}

/** Where times are rounded the next tick may seem to be due before it is: waits at least so long. */
const LEAST_WAIT_MS = 0.01;

/** What a metronome does. */
export interface MetronomeActions {
  /** Sends a probe. */
  probe(t0: number): void;
  tick(tick: Tick): void;
}

/**
 * Keeps a clock in step with the server's by probes, and says each tick when it begins by that clock. The
 * server's own tick frames don't say it, they only check the clock: however late a frame comes, the
 * tick is in time.
 */
export class Metronome implements Clock {
  readonly #environment: Environment;
  readonly #actions: MetronomeActions;
  #remote = new RemoteClock({ periodMs: 0 });
  #schedule: TickSchedule | undefined;
  #plan: ProbePlan | undefined;
  #askedAt = 0;
  #cancelBeat: () => void = () => {};
  #cancelProbe: () => void = () => {};

  constructor(environment: Environment, actions: MetronomeActions) {
    this.#environment = environment;
    this.#actions = actions;
  }

  now(): number {
    return this.#remote.now(this.#environment.now());
  }

  get error(): number {
    return this.#remote.error(this.#environment.now());
  }

  get synced(): boolean {
    return this.#remote.synced;
  }

  get disagreements(): number {
    return this.#schedule?.disagreements ?? 0;
  }

  at(n: number): number {
    return this.#schedule ? timeOfTick(this.#schedule.timeline, n) : NaN;
  }

  next(): number {
    return this.#schedule?.next(this.now()) ?? NaN;
  }

  /** A join is being sent: with its hello it is the first probe. */
  ask(): void {
    this.#askedAt = this.#environment.now();
  }

  /** Joined, maybe again. A server that counts anew has another clock. */
  start({ tick, now }: Hello): void {
    const { epoch, period } = this.#schedule?.timeline ?? {};
    if (tick.epoch === epoch && tick.period === period) this.#remote.reconnected();
    else {
      const { precisionMs } = this.#environment;
      this.#remote = new RemoteClock({ periodMs: tick.period, precisionMs });
      this.#schedule = new TickSchedule(tick);
    }
    this.#plan = new ProbePlan(this.#environment.now());
    this.#probe();
    this.onAnswer({ t0: this.#askedAt, t1: now, t2: now });
  }

  onAnswer({ t0, t1, t2 }: ProbeAnswer): void {
    if (this.#remote.add({ t0, t1, t2, t3: this.#environment.now() })) this.#burst();
    this.#beat();
  }

  /** The server says that tick `n` has begun. */
  onFrame(n: number): void {
    if (this.#schedule?.agrees(n, this.now(), this.error) === false) this.#burst();
  }

  /** The page is seen again, or the network is back. */
  check(): void {
    if (this.#plan === undefined) return;
    this.#burst();
    this.#beat();
  }

  /** The connection is lost: ticks go on by what is known. */
  pause(): void {
    this.#plan = undefined;
    this.#cancelProbe();
  }

  /** No tick is said from here on. */
  stop(): void {
    this.pause();
    this.#cancelBeat();
  }

  #burst(): void {
    if (this.#plan?.burst(this.#environment.now()) === true) this.#probe();
  }

  /** Nobody looks at a hidden page: probing can wait, unless nothing is known. */
  #probe(): void {
    const environment = this.#environment;
    if (this.#plan === undefined) return;
    if (environment.visible() || this.#remote.inDoubt) this.#actions.probe(environment.now());
    const waitMs = this.#plan.sent(() => environment.random());
    this.#cancelProbe();
    this.#cancelProbe = environment.setTimer(() => this.#probe(), waitMs);
  }

  /** While the machine may have slept, the next tick can't be known: the next answer says it. */
  #beat(): void {
    const environment = this.#environment;
    if (this.#schedule === undefined) return;
    const local = environment.now();
    const remote = this.#remote;
    if (remote.noticeSleep(local, environment.wall())) {
      this.#plan?.burst(local);
      this.#probe(); // even if there was a burst just before
    }
    const time = remote.now(local);
    const tick = remote.inDoubt ? undefined : this.#schedule.due(time);
    const waitMs = this.#schedule.next(time) - time;
    this.#cancelBeat();
    this.#cancelBeat = environment.setTimer(() => this.#beat(), Math.max(LEAST_WAIT_MS, waitMs));
    if (tick !== undefined) this.#actions.tick(tick);
  }
}
