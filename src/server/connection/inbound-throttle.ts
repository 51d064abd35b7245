import { TokenBucket } from './token-bucket.js';

/** Rate limit of one peer: messages per second (0 = unlimited), and messages at once. */
export interface InboundLimits {
  readonly rate: number;
  readonly burst: number;
}

/** The reading side of a connection. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/** Handles the texts and pings of a peer at its rate. */
export interface InboundHandler {
  /** Handles a text that was read `delayMs` ago. */
  text(text: string, delayMs: number): void;
  ping(payload: Buffer): void;
}

/** Control frames a second that are read from one peer: an honest one sends few. */
const CONTROL_RATE = 20;
/** Control frames at once. */
const CONTROL_BURST = 200;
/** Most control frames over the rate that are remembered: 30 s of reading. */
const CONTROL_DEBT = 30 * CONTROL_RATE;

/**
 * Rate-limits all that a peer sends, without dropping anything. Over the rate it pauses the socket,
 * so TCP backpressure slows the sender. Texts already read (at most one socket chunk, up to ten
 * thousand) queue here in order. Control frames have a budget of their own, whatever the rate.
 */
export class InboundThrottle {
  readonly #source: Pausable;
  readonly #handler: InboundHandler;
  readonly #bucket: TokenBucket | undefined;
  readonly #control = new TokenBucket(CONTROL_RATE, CONTROL_BURST, performance.now());
  #texts: string[] = [];
  /** Number of {@link #texts} that are handled. */
  #handled = 0;
  /** The newest ping: the only one that must be answered (RFC 6455 §5.5.3). */
  #ping: Buffer | undefined;
  /** Whether control frames over their budget were read. */
  #inDebt = false;
  /** Whether {@link holdUntil} waits. */
  #held = false;
  #paused = false;
  /** Time at which reading was paused: all queued texts were read in that turn. */
  #pausedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #onDrained: (() => void) | undefined;
  #drainTimer: NodeJS.Timeout | undefined;

  constructor(limits: InboundLimits, source: Pausable, handler: InboundHandler) {
    this.#source = source;
    this.#handler = handler;
    this.#bucket =
      limits.rate > 0 ? new TokenBucket(limits.rate, limits.burst, performance.now()) : undefined;
  }

  /** Whether reading is paused. A paused peer can't be told from a silent one. */
  get throttled(): boolean {
    return this.#paused;
  }

  /** Handles a text now if the rate allows it, else queues it and pauses reading. */
  text(text: string): void {
    if (this.#withinRate()) return this.#handler.text(text, 0);
    this.#pause();
    this.#texts.push(text);
    this.#schedule();
  }

  /** Handles a ping now if the rate allows it, else when it is due. A newer ping replaces it. */
  ping(payload: Buffer): void {
    this.control();
    if (!this.#inDebt && this.#withinRate()) return this.#handler.ping(payload);
    this.#pause();
    this.#ping = payload; // a view of the chunk that was read: no more than that is kept
    this.#schedule();
  }

  /** Counts a control frame. Over their budget it pauses reading. */
  control(): void {
    if (!this.#control.charge(performance.now(), CONTROL_DEBT)) return;
    this.#inDebt = true;
    this.#pause();
    this.#schedule();
  }

  /** Reads nothing more until `relief` resolves. Does nothing while it waits already. */
  async holdUntil(relief: Promise<void>): Promise<void> {
    if (this.#held) return;
    this.#held = true;
    this.#pause();
    await relief;
    this.#held = false;
    this.#settle();
  }

  /**
   * Ends the input. Calls `done` when the queue is empty, at once if it is; after `ms` the rest of
   * the queue is dropped.
   */
  drain(done: () => void, ms: number): void {
    this.#inDebt = false; // there is nothing to be read any more
    if (!this.#queued) {
      clearTimeout(this.#timer);
      return done();
    }
    this.#onDrained = done;
    this.#drainTimer = setTimeout(() => this.discard(), ms);
    this.#drainTimer.unref();
  }

  /** Drops the queue and resumes reading, unless control frames are over their budget. */
  discard(): void {
    this.#empty();
    this.#settle();
  }

  /** Whether texts or a ping wait for the rate. */
  get #queued(): boolean {
    return this.#handled < this.#texts.length || this.#ping !== undefined;
  }

  #withinRate(): boolean {
    if (this.#bucket === undefined) return true;
    return !this.#queued && this.#bucket.take(performance.now());
  }

  #pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#pausedAt = performance.now();
    this.#source.pause();
  }

  /** Arms the timer for what waits for a budget. */
  #schedule(): void {
    if (this.#timer !== undefined) return;
    const now = performance.now();
    const bucket = this.#queued && !this.#inDebt ? this.#bucket : this.#control;
    this.#timer = setTimeout(() => this.#next(), Math.ceil(bucket?.waitMs(now) ?? 0));
    this.#timer.unref(); // the queue of a disconnected peer doesn't keep the process alive
  }

  #next(): void {
    this.#timer = undefined;
    if (this.#inDebt) this.#inDebt = this.#control.waitMs(performance.now()) > 0;
    while (this.#queued && !this.#inDebt && this.#takes()) this.#handleOne();
    this.#settle();
  }

  #takes(): boolean {
    return this.#bucket === undefined || this.#bucket.take(performance.now());
  }

  #handleOne(): void {
    const ping = this.#ping;
    if (ping !== undefined) {
      this.#ping = undefined;
      return this.#handler.ping(ping);
    }
    const text = this.#texts[this.#handled++];
    if (text !== undefined) this.#handler.text(text, performance.now() - this.#pausedAt);
  }

  /** Waits for what still waits, else resumes reading. */
  #settle(): void {
    if (this.#queued || this.#inDebt) this.#schedule();
    if (this.#queued) return;
    this.#empty();
    if (this.#paused && !this.#inDebt && !this.#held) {
      this.#paused = false;
      this.#source.resume();
    }
    clearTimeout(this.#drainTimer);
    const onDrained = this.#onDrained;
    this.#onDrained = undefined;
    onDrained?.();
  }

  #empty(): void {
    this.#texts = [];
    this.#handled = 0;
    this.#ping = undefined;
  }
}
