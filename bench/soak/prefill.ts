import { Connection, type Endpoint } from '../../src/cli/bench/connection.js';
import { monotonicMicros } from '../../src/cli/bench/monotonic.js';

/** More than the server keeps of a room while no one asks for more. */
const MESSAGES = 1200;
const READ_BUFFER = 64 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * Fills the history of rooms, one after the other: what the server keeps on purpose is then all
 * there before anybody asks whether its memory grows.
 */
export async function prefill(
  endpoint: Endpoint,
  rooms: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [room, text] of rooms) await fill(endpoint, room, text);
}

/** Resolves when a room has repeated everything; rejects if it takes too long. */
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
        received += 1; // a tick too, which makes it only a little early
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
