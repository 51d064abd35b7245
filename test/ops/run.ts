import { stopWithClients } from './going-away.js';
import { joinRestarting, joinStopped } from './joining.js';
import { restartWhileClientsConnect } from './restarts.js';

/** `npm run ops`: the targets of an operator at full size. Exit status 1 if one is missed. */

const DRAIN_TIMEOUT_MS = 10_000;
const stayAlive = setInterval(() => {}, 60_000); // the servers don't keep this process alive

const away = await stopWithClients(5000, DRAIN_TIMEOUT_MS);
const { meanPerSecond, peakPerSecond } = away.returns;
console.log(
  `SIGTERM with ${away.clients} clients: codes ${JSON.stringify(away.codes)}, exit status ` +
    `${away.exitCode} after ${away.stopMs} ms; ${away.returned} came back, ` +
    `${Math.round(meanPerSecond)} a second, ${Math.round(peakPerSecond)} at the peak ` +
    `(${(peakPerSecond / meanPerSecond).toFixed(2)} times that)`,
);

const restarts = await restartWhileClientsConnect(50);
console.log(
  `${restarts.restarts} restarts: attempts ${JSON.stringify(restarts.outcomes)}, ` +
    `the slowest accepted after ${restarts.slowestMs} ms ${restarts.failure ?? ''}`,
);

/** Longest time until all clients are back, ms. */
const JOIN_WITHIN_MS = 10_000;
const joinings = [
  ['stopped for 6 s', await joinStopped(1000)],
  ['restarted every 5 s for a minute', await joinRestarting(1000, 12)],
] as const;
for (const [trouble, { clients, joined, overSse, stopped, ms }] of joinings) {
  console.log(
    `${clients} clients join a server ${trouble}: ${joined} by WebSocket and in sync, ` +
      `${overSse} over SSE, ${stopped} stopped, ${ms} ms after its end`,
  );
}

const kept =
  joinings.every(([, { clients, joined, ms }]) => joined === clients && ms <= JOIN_WITHIN_MS) &&
  away.codes[1001] === away.clients &&
  away.exitCode === 0 &&
  away.stopMs <= DRAIN_TIMEOUT_MS &&
  away.returned === away.clients &&
  peakPerSecond < 3 * meanPerSecond &&
  restarts.restarts === 50 &&
  restarts.failure === undefined &&
  restarts.outcomes.refused === 0;
console.log(kept ? 'All targets are kept.' : 'A target is missed.');
process.exitCode = kept ? 0 : 1;
clearInterval(stayAlive);
