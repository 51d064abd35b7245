import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { monotonicMicros } from '../monotonic.js';
import { ClockListeners } from './listeners.js';
import type { ClockWorkerInput, ClockWorkerAnswer } from './plan.js';

const SYNC_TIMEOUT_MS = 30_000;

/** Opens its clients, waits for the command to begin, and answers with the ticks they fired. */
if (parentPort === null) throw new Error('runs in a worker thread only');
const { url, room, token, numbers, windowMs } = workerData as ClockWorkerInput;
const port = parentPort;
const listeners = new ClockListeners(() => monotonicMicros() / 1e3);
const tell = (answer: ClockWorkerAnswer): void => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
  port.postMessage(answer);
};
try {
  await listeners.open(url, room, numbers, SYNC_TIMEOUT_MS, token);
  tell({ answer: 'in sync' });
  await once(port, 'message'); // 'begin'
  const ended = new AbortController();
  port.once('message', () => ended.abort()); // 'enough'
  tell({ answer: 'fired', firings: await listeners.listen(windowMs, ended.signal) });
} catch (error) {
  tell({ answer: 'failed', why: error instanceof Error ? error.message : 'failed' });
}
listeners.close();
port.close();
