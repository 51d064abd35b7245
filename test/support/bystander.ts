import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Asks for the time so often, ms. */
const EVERY_MS = 20;

const WATCH = `
const { parentPort } = require('node:worker_threads');
let longest = 0;
let last = performance.now();
setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - ${EVERY_MS});
  last = now;
}, ${EVERY_MS});
parentPort.on('message', () => parentPort.postMessage(longest));
`;

/**
 * Stands by and notices when the machine itself stops: its thread has nothing to do but look at the
 * clock, so a long pause of it is no fault of the server under test.
 */
export class Bystander {
  readonly #worker = new Worker(WATCH, { eval: true });

  /** Resolves when it is watching. */
  static async start(): Promise<Bystander> {
    const bystander = new Bystander();
    await once(bystander.#worker, 'online');
    return bystander;
  }

  /** The longest pause so far, ms. */
  async longestPause(): Promise<number> {
    const answer = once(this.#worker, 'message');
    this.#worker.postMessage('how long?');
    return Number((await answer)[0]);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
