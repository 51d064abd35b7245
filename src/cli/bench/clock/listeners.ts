import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connect, type Client, type JoinOptions } from '../../../client/index.js';
import type { Firing } from './firing.js';

/** Between two clients' connecting, ms: a thousand at once would measure the handshakes. */
const APART_MS = 5;
const POLL_MS = 50;

/** Clients of the library that write down when they fire ticks. */
export class ClockListeners {
  readonly #now: () => number;
  readonly #clients: Client[] = [];
  #firings: Firing[] = [];

  /** @param now a clock that all clients of a measurement share, ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Connects clients by these numbers; resolves when all are in sync. Rejects if they are not in time. */
  async open(
    url: string,
    room: string,
    numbers: readonly number[],
    timeoutMs: number,
    token?: string,
  ): Promise<void> {
    for (const number of numbers) {
      this.#clients.push(this.#listener(url, { room, token }, number));
      await delay(APART_MS);
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

  /** What is fired from now on, in so many ms or until `signal`. */
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

  #listener(url: string, join: JoinOptions, number: number): Client {
    const client = connect(url, { ...join, WebSocket });
    const { clock } = client;
    client.on('tick', ({ n }) => {
      const at = this.#now();
      const [now, dueAt, bound] = [clock.now(), clock.at(n), clock.error];
      this.#firings.push({ client: number, n, at, now, dueAt, bound });
    });
    return client;
  }
}
