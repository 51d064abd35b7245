import { Connection } from '../../src/cli/bench/connection.js';
import { monotonicMicros } from '../../src/cli/bench/monotonic.js';
import type { Endpoint } from '../../src/cli/bench/open-socket.js';

/** Messages per room: more than the server keeps. */
const MESSAGES = 1200;
const READ_BUFFER = 64 * 1024;
const TIMEOUT_MS = 10_000;

/** Fills the history of rooms, one after the other, so that kept messages don't count as growth. */
export async function prefill(
  endpoint: Endpoint,
  rooms: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [room, text] of rooms) await fill(endpoint, room, text);
}

/** Resolves when a room has delivered everything; rejects after a time-out. */
function fill(endpoint: Endpoint, room: string, text: string): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(READ_BUFFER);
  const settings = { buffer, maxPayload: READ_BUFFER, now: monotonicMicros };
  return new Promise((resolve, reject) => {
    let received = 0;
    const connection = new Connection(endpoint, `/ws?room=${room}`, undefined, settings, {
      onOpen: () => {
        for (let i = 0; i < MESSAGES; i += 1) connection.send(text);
      },
      onText: () => {
        received += 1; // counts ticks too, which ends it slightly early
        if (received === MESSAGES) connection.close();
      },
      onClosed: (why) => {
        clearTimeout(timer);
        if (received >= MESSAGES) resolve();
        else reject(new Error(`could not fill room ${room}: ${why}`));
      },
    });
    const timer = setTimeout(() => connection.reset(), TIMEOUT_MS);
  });
}
