import { ProbePlan } from '../clock/probe-plan.js';
import { RemoteClock } from '../clock/remote-clock.js';
import { TickSchedule, type Tick } from '../clock/tick-schedule.js';
import { timeOfTick } from '../clock/timeline.js';
import type { Hello, ProbeAnswer } from '../protocol/v1.js';
import type { Environment } from './environment.js';

/** The estimate of the server's clock. It keeps running while disconnected. */
export interface Clock {
  /**
   * Server time, ms since 1970 with fractions; NaN before the first join. Once in sync it never
   * goes back, unless the server starts a new timeline.
   */
  now(): number;
  /** Largest error of {@link now}, ms; Infinity before the first join. */
  readonly error: number;
  /** Whether {@link now} has settled; it may be corrected for a second after a join. */
  readonly synced: boolean;
  /** Number of frames that proved {@link now} wrong by more than {@link error}. */
  readonly disagreements: number;
  /** Server time at which tick `n` begins. */
  at(n: number): number;
  /** Server time at which the next tick begins. */
  next(): number;
}

/** Shortest wait, ms: with a rounded clock the next tick can seem due before it is. */
const LEAST_WAIT_MS = 0.01;

/** Most probes whose answer is awaited: an older one tells nothing new. */
const MOST_AWAITED = 16;

/** Actions of a metronome. */
export interface MetronomeActions {
  /** Sends a probe. */
  probe(t0: number): void;
  tick(tick: Tick): void;
}

/**
 * Keeps a clock in step with the server's by probes, and fires each tick when it begins by that
 * clock. The server's tick frames check the clock and bound it from one side: a tick is on time
 * however late its frame is.
 */
export class Metronome implements Clock {
  readonly #environment: Environment;
  readonly #actions: MetronomeActions;
  #remote = new RemoteClock({ periodMs: 0 });
  #schedule: TickSchedule | undefined;
  #plan: ProbePlan | undefined;
  #askedAt = 0;
  /** Send times of the probes without an answer: an answer to none of them is not believed. */
  #awaited: number[] = [];
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

  /** A join is being sent: together with its hello it is the first probe. */
  ask(): void {
    this.#askedAt = this.#environment.now();
  }

  /** Joined, maybe again. A server with a new timeline has a new clock. */
  start({ tick, now, limits }: Hello): void {
    const { epoch, period } = this.#schedule?.timeline ?? {};
    if (tick.epoch === epoch && tick.period === period) this.#remote.reconnected();
    else {
      const { precisionMs } = this.#environment;
      this.#remote = new RemoteClock({ periodMs: tick.period, precisionMs });
      this.#schedule = new TickSchedule(tick);
    }
    this.#plan = new ProbePlan(this.#environment.now(), limits.rate);
    this.#awaited = [];
    this.#probe();
    this.#learn({ t0: this.#askedAt, t1: now, t2: now });
  }

  onAnswer(answer: ProbeAnswer): void {
    const index = this.#awaited.indexOf(answer.t0);
    if (index === -1) return;
    this.#awaited.splice(index, 1);
    this.#learn(answer);
  }

  #learn({ t0, t1, t2 }: ProbeAnswer): void {
    if (this.#remote.add({ t0, t1, t2, t3: this.#environment.now() })) this.#burst();
    this.#beat();
  }

  /** The server reports that tick `n` has begun. */
  onFrame(n: number): void {
    if (this.#schedule?.agrees(n, this.now(), this.error) === false) this.#burst();
    else this.#remote.hear(this.at(n), this.#environment.now());
  }

  /** Sends one probe now: its answer shows that the connection lives, too. */
  probe(): void {
    const t0 = this.#environment.now();
    this.#awaited = [...this.#awaited.slice(1 - MOST_AWAITED), t0];
    this.#actions.probe(t0);
  }

  /** The page is visible again, or the network is back. */
  check(): void {
    if (this.#plan === undefined) return;
    this.#burst();
    this.#beat();
  }

  /** The connection is lost: ticks go on by the last estimate. */
  pause(): void {
    this.#plan = undefined;
    this.#cancelProbe();
  }

  /** Fires no more ticks. */
  stop(): void {
    this.pause();
    this.#cancelBeat();
  }

  #burst(): void {
    if (this.#plan?.burst(this.#environment.now()) === true) this.#probe();
  }

  /** Probes, unless the page is hidden and the clock is known. */
  #probe(): void {
    const environment = this.#environment;
    if (this.#plan === undefined) return;
    if (environment.visible() || this.#remote.inDoubt) this.probe();
    const waitMs = this.#plan.sent(environment.now(), () => environment.random());
    this.#cancelProbe();
    this.#cancelProbe = environment.setTimer(() => this.#probe(), waitMs);
  }

  /** Fires a due tick. While the machine may have slept the tick is unknown until an answer. */
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
    this.#cancelBeat = environment.setTickTimer(
      () => this.#beat(),
      Math.max(LEAST_WAIT_MS, waitMs),
    );
    if (tick !== undefined) this.#actions.tick(tick);
  }
}
