import { WebSocket } from 'ws';
import { connect, type Client } from '../../src/client/index.js';
import type { Firing } from './firing.js';
import { machineTime } from './truth.js';

/** Between two clients' connecting, ms: a thousand at once would measure the handshakes. */
const APART_MS = 5;

/**
 * `node node-clients.js URL CLIENTS SECONDS`: opens clients, waits until all are in sync, and prints
 * what they fire in so many seconds, as JSON.
 */
const [url = '', count = '1', seconds = '10'] = process.argv.slice(2);
const firings: Firing[] = [];
const clients: Client[] = [];
for (let client = 0; client < Number(count); client += 1) {
  clients.push(open(client));
  await pause(APART_MS);
}
while (!clients.every(({ clock }) => clock.synced)) await pause(100);
firings.length = 0;
await pause(Number(seconds) * 1000);
for (const client of clients) client.close();
process.stdout.write(JSON.stringify(firings));

function open(client: number): Client {
  const connection = connect(url, { WebSocket, room: 'clock' });
  const { clock } = connection;
  connection.on('tick', ({ n }) => {
    firings.push({
      client,
      n,
      at: machineTime(),
      now: clock.now(),
      dueAt: clock.at(n),
      bound: clock.error,
    });
  });
  return connection;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
