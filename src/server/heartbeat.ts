/** A connection, as a {@link Heartbeat} sees it. */
export interface Pulse {
  /** What the heartbeat keeps of it. */
  readonly beat: Beat;
  /** Whether anything came from it since the last call. */
  heard(): boolean;
  ping(): void;
  terminate(): void;
}

/** Counted in visits. */
export interface Beat {
  /** Which sweeps visit it. */
  group: number;
  untilPing: number;
  silent: number;
}

/** A sweep each so often, ms; it visits one group of connections, so that no sweep takes long. */
const SWEEP_EVERY_MS = 1000;
const GROUPS = 5;
/** Visits between two pings of a connection: 25 s. */
const VISITS_A_PING = 5;
/** Visits without a sign of life after which a connection is gone: 60 s. */
const SILENT_VISITS = 12;

/** The state of a connection that no heartbeat watches over yet. */
export function newBeat(): Beat {
  return { group: 0, untilPing: 0, silent: 0 };
}

/**
 * Finds dead connections: pings each every 25 s, staggered, and cuts one that has sent nothing for
 * 60 s, not even the answer. One timer serves all.
 */
export class Heartbeat {
  readonly #pulses = new Set<Pulse>();
  #added = 0;
  #sweeps = 0;
  #timer: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;

  start(): void {
    this.#timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Watches over a connection from here on. */
  add(pulse: Pulse): void {
    const turn = this.#added++;
    pulse.beat.group = turn % GROUPS;
    pulse.beat.untilPing = 1 + (Math.floor(turn / GROUPS) % VISITS_A_PING);
    this.#pulses.add(pulse);
  }

  /** Forgets a connection. */
  remove(pulse: Pulse): void {
    this.#pulses.delete(pulse);
    if (this.#pulses.size === 0) this.#onEmpty?.();
  }

  /** Resolves when there is no connection left. */
  async empty(): Promise<void> {
    if (this.#pulses.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  /** One visit to the group whose turn it is. */
  sweep(): void {
    const group = this.#sweeps++ % GROUPS;
    for (const pulse of this.#pulses) if (pulse.beat.group === group) visit(pulse);
  }

  /** Cuts every connection. */
  cutAll(): void {
    for (const pulse of this.#pulses) pulse.terminate();
  }
}

function visit(pulse: Pulse): void {
  const { beat } = pulse;
  beat.silent = pulse.heard() ? 0 : beat.silent + 1;
  if (beat.silent >= SILENT_VISITS) return pulse.terminate();
  beat.untilPing -= 1;
  if (beat.untilPing > 0) return;
  beat.untilPing = VISITS_A_PING;
  pulse.ping();
}
