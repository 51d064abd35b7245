import { stopWithClients } from './going-away.js';
import { restartWhileClientsConnect } from './restarts.js';

/** `npm run ops`: the bars of an operator at full size. Exit status 1 if one is missed. */

const DRAIN_TIMEOUT_MS = 10_000;

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

const kept =
  away.codes[1001] === away.clients &&
  away.exitCode === 0 &&
  away.stopMs <= DRAIN_TIMEOUT_MS &&
  away.returned === away.clients &&
  peakPerSecond < 3 * meanPerSecond &&
  restarts.restarts === 50 &&
  restarts.failure === undefined &&
  restarts.outcomes.refused === 0;
console.log(kept ? 'All bars are kept.' : 'A bar is missed.');
process.exitCode = kept ? 0 : 1;
