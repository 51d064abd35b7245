/**
 * Loaded before a server (--import): on SIGUSR2 it collects garbage and prints what is still held,
 * so that a soak can tell memory that is kept from memory that was just not collected yet.
 */
import { writeSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc'); // here and not on the command line: NODE_OPTIONS can't have it
const gc = runInNewContext('gc');

process.on('SIGUSR2', () => {
  gc();
  setImmediate(() => {
    gc(); // what finalizers of the first have let go
    writeSync(1, `memory ${JSON.stringify(process.memoryUsage())}\n`);
  });
});
