/** A connection, as a {@link Heartbeat} sees it. */
export interface Monitored {
  /** Owned by the heartbeat. */
  readonly heartbeat: HeartbeatState;
  /** Whether anything was received from it since the last call. */
  isAlive(): boolean;
  ping(): void;
  terminate(): void;
}

/** Schedule and result of the visits to one connection. */
export interface HeartbeatState {
  /** Number of the group that it belongs to: one of {@link GROUPS}. */
  group: number;
  /** Visits until the next ping. */
  untilPing: number;
  /** Visits since anything was received. */
  silent: number;
}

/**
 * Time between two sweeps, ms. A sweep visits one group of connections, so that none takes long.
 */
const SWEEP_EVERY_MS = 1000;
const GROUPS = 5;
/** Visits between two pings of a connection: 25 s. */
const VISITS_A_PING = 5;
/** Visits without anything received after which a connection is terminated: 60 s. */
const SILENT_VISITS = 12;

/** The state of a connection that is not scheduled yet. */
export function newHeartbeatState(): HeartbeatState {
  return { group: 0, untilPing: 0, silent: 0 };
}

/**
 * Finds dead connections: pings each every 25 s, staggered, and terminates one that has sent
 * nothing for 60 s, not even a pong. One timer serves all. The hub owns the connections.
 */
export class Heartbeat {
  readonly #connections: () => Iterable<Monitored>;
  #scheduled = 0;
  #sweeps = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param connections all connections that are open or closing */
  constructor(connections: () => Iterable<Monitored>) {
    this.#connections = connections;
  }

  start(): void {
    this.#timer = setInterval(() => this.sweep(), SWEEP_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Decides which sweeps visit a new connection. */
  schedule({ heartbeat }: Monitored): void {
    const turn = this.#scheduled++;
    heartbeat.group = turn % GROUPS;
    heartbeat.untilPing = 1 + (Math.floor(turn / GROUPS) % VISITS_A_PING);
  }

  /** Visits the group whose turn it is. */
  sweep(): void {
    const group = this.#sweeps++ % GROUPS;
    for (const connection of this.#connections()) {
      if (connection.heartbeat.group === group) visit(connection);
    }
  }
}

function visit(connection: Monitored): void {
  const { heartbeat } = connection;
  heartbeat.silent = connection.isAlive() ? 0 : heartbeat.silent + 1;
  if (heartbeat.silent >= SILENT_VISITS) return connection.terminate();
  heartbeat.untilPing -= 1;
  if (heartbeat.untilPing > 0) return;
  heartbeat.untilPing = VISITS_A_PING;
  connection.ping();
}
