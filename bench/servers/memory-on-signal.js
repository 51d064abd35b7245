/**
 * Loaded before a server (--import): on SIGUSR2 it collects garbage and prints what is still held,
 * so that a soak can tell memory that is kept from memory that was just not collected yet. Needs
 * --expose-gc.
 */
import { writeSync } from 'node:fs';

process.on('SIGUSR2', () => {
  globalThis.gc();
  setImmediate(() => {
    globalThis.gc(); // what finalizers of the first have let go
    writeSync(1, `memory ${JSON.stringify(process.memoryUsage())}\n`);
  });
});
