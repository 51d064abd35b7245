/** A connection, as a {@link Heartbeat} sees it. */
export interface Pulse {
  /** Whether anything came from it since the last call. */
  heard(): boolean;
  ping(): void;
  terminate(): void;
}

/** A sweep each so often, ms; it visits one group of connections, so that no sweep takes long. */
const SWEEP_EVERY_MS = 1000;
const GROUPS = 5;
/** Visits between two pings of a connection: 25 s. */
const VISITS_A_PING = 5;
/** Visits without a sign of life after which a connection is gone: 60 s. */
const SILENT_VISITS = 12;

interface Beat {
  readonly group: Map<Pulse, Beat>;
  untilPing: number;
  silent: number;
}

/**
 * Finds dead connections: pings each every 25 s, staggered, and cuts one that has sent nothing for
 * 60 s, not even the answer. One timer serves all.
 */
export class Heartbeat {
  readonly #beats = new Map<Pulse, Beat>();
  readonly #groups = Array.from({ length: GROUPS }, () => new Map<Pulse, Beat>());
  #added = 0;
  #sweeps = 0;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Watches over a connection from here on. */
  add(pulse: Pulse): void {
    const turn = this.#added++;
    const group = this.#groups[turn % GROUPS];
    if (group === undefined) return;
    const untilPing = 1 + (Math.floor(turn / GROUPS) % VISITS_A_PING);
    const beat = { group, untilPing, silent: 0 };
    this.#beats.set(pulse, beat);
    group.set(pulse, beat);
  }

  /** Forgets a connection. */
  remove(pulse: Pulse): void {
    this.#beats.get(pulse)?.group.delete(pulse);
    this.#beats.delete(pulse);
  }

  /** One visit to the group whose turn it is. */
  sweep(): void {
    const group = this.#groups[this.#sweeps++ % GROUPS];
    for (const [pulse, beat] of group ?? []) visit(pulse, beat);
  }
}

function visit(pulse: Pulse, beat: Beat): void {
  beat.silent = pulse.heard() ? 0 : beat.silent + 1;
  if (beat.silent >= SILENT_VISITS) return pulse.terminate();
  beat.untilPing -= 1;
  if (beat.untilPing > 0) return;
  beat.untilPing = VISITS_A_PING;
  pulse.ping();
}
