import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect, type Client, type JoinOptions } from '../../../client/index.js';
import type { Firing } from './firing.js';

/** Time between two connects, ms: a thousand at once would measure the handshakes. */
const CONNECT_INTERVAL_MS = 5;
const POLL_MS = 50;
/** Two reads of clocks that are closer than this, ms, count as one moment. */
const CLOSE_READS_MS = 0.02;
const MAX_READS = 5;

/** Clients of the library that record when they fire ticks. */
export class ClockListeners {
  readonly #now: () => number;
  readonly #clients: Client[] = [];
  #firings: Firing[] = [];

  /** @param now the clock that all clients of a measurement share, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Connects the clients with these numbers. Resolves when all are in sync, within `timeoutMs`. */
  async open(
    url: string,
    room: string,
    numbers: readonly number[],
    timeoutMs: number,
    token?: string,
  ): Promise<void> {
    for (const number of numbers) {
      this.#clients.push(this.#listener(url, { room, token }, number));
      await delay(CONNECT_INTERVAL_MS);
    }
    const deadline = performance.now() + timeoutMs;
    while (this.#synced() < this.#clients.length) {
      const stopped = this.#clients
        .map(({ state }) => state)
        .find(({ name }) => name === 'stopped');
      if (stopped?.name === 'stopped') throw new Error(stopped.text);
      if (performance.now() > deadline) {
        throw new Error(
          `${this.#synced()} of ${this.#clients.length} clients in sync after ${timeoutMs / 1000} s`,
        );
      }
      await delay(POLL_MS);
    }
  }

  /** Records firings for `windowMs`, or until `signal`. */
  async listen(windowMs: number, signal?: AbortSignal): Promise<Firing[]> {
    this.#firings = [];
    await delay(windowMs, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    return this.#firings;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }

  #synced(): number {
    return this.#clients.filter(({ clock }) => clock.synced).length;
  }

  /**
   * Time of `clock` at the moment `at`. Reads both clocks together, again if the thread was
   * interrupted in between: on a busy machine that would look like an error of the clock.
   */
  #timeAt(at: number, clock: { now(): number }): number {
    let best = { now: NaN, at: NaN, apart: Infinity };
    for (let i = 0; i < MAX_READS && best.apart > CLOSE_READS_MS; i += 1) {
      const before = this.#now();
      const now = clock.now();
      const apart = this.#now() - before;
      if (apart < best.apart) best = { now, at: before + apart / 2, apart };
    }
    return best.now - (best.at - at);
  }

  #listener(url: string, join: JoinOptions, number: number): Client {
    const client = connect(url, { ...join, WebSocket });
    const { clock } = client;
    client.on('tick', ({ n }) => {
      const at = this.#now();
      const [now, dueAt, bound] = [this.#timeAt(at, clock), clock.at(n), clock.error];
      this.#firings.push({ client: number, n, at, now, dueAt, bound });
    });
    return client;
  }
}
