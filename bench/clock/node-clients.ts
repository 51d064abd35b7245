import { ClockListeners } from '../../src/cli/bench/clock/listeners.js';
import { wallTime } from './wall-time.js';

const ROOM = 'clock';
const SYNC_TIMEOUT_MS = 60_000;

/**
 * `node node-clients.js URL CLIENTS SECONDS`: opens clients, waits until all are in sync, and
 * prints the ticks that they fire, as JSON.
 */
const [url = '', count = '1', seconds = '10'] = process.argv.slice(2);
const listeners = new ClockListeners(wallTime);
const numbers = Array.from({ length: Number(count) }, (_, number) => number);
await listeners.open(url, ROOM, numbers, SYNC_TIMEOUT_MS);
const firings = await listeners.listen(Number(seconds) * 1000);
listeners.close();
process.stdout.write(JSON.stringify(firings));
