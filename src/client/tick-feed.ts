import { timeOfTick } from '../clock/timeline.js';
import type { Hello } from '../protocol/v1.js';

/** A tick has begun. */
export interface Tick {
  readonly n: number;
  /** Ticks that were passed over since the last one. */
  readonly skipped: number;
  /** How long ago it began, ms: more than 0 for the one that was on when the connection came. */
  readonly lateMs: number;
}

/** Makes ticks of what the server sends: each number once, going up, whatever comes twice or late. */
export class TickFeed {
  #timeline = '';
  #last: number | undefined;

  /** The tick that is on, unless it was on already. A server that counts anew is followed. */
  onHello({ tick, now }: Pick<Hello, 'tick' | 'now'>): Tick | undefined {
    const timeline = `${tick.epoch}/${tick.period}`;
    if (timeline !== this.#timeline) this.#last = undefined;
    this.#timeline = timeline;
    return this.#next(tick.n, Math.max(0, now - timeOfTick(tick, tick.n)));
  }

  /** The tick that a frame announces. */
  onFrame(n: number): Tick | undefined {
    return this.#next(n, 0);
  }

  #next(n: number, lateMs: number): Tick | undefined {
    const last = this.#last ?? n - 1;
    if (n <= last) return undefined;
    this.#last = n;
    return { n, skipped: n - last - 1, lateMs };
  }
}
