import { Connection } from '../../src/cli/bench/connection.js';
import { monotonicMicros } from '../../src/cli/bench/monotonic.js';
import type { Endpoint } from '../../src/cli/bench/open-socket.js';
import { FLOOD_ROOM, FLOOD_TEXT } from './churn.js';

const EVERY_MS = 20;
const READ_BUFFER = 64 * 1024;

/**
 * Sends continuously in the room where guests stall: 5 MB are more than the kernel buffers for one.
 */
export class Flood {
  readonly #connection: Connection;
  #timer: NodeJS.Timeout | undefined;

  constructor(endpoint: Endpoint) {
    const buffer = Buffer.allocUnsafeSlow(READ_BUFFER);
    const settings = { buffer, maxPayload: READ_BUFFER, now: monotonicMicros };
    this.#connection = new Connection(endpoint, `/ws?room=${FLOOD_ROOM}`, undefined, settings, {
      onOpen: () => this.#start(),
      onText: () => {},
      onClosed: () => clearInterval(this.#timer),
    });
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#connection.close();
  }

  /** 600 KB/s: a stalled guest is over its limit within ten seconds. */
  #start(): void {
    this.#timer = setInterval(() => {
      for (let i = 0; i < 3; i += 1) this.#connection.send(FLOOD_TEXT);
    }, EVERY_MS);
  }
}
