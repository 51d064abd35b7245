import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crash } from './crash.js';
import { cutLinks } from './cuts.js';

/**
 * Runs at full size what the tests in this directory do in small. Prints the results; exit status 1
 * if one is bad.
 */
const stayAlive = setInterval(() => {}, 60_000); // the servers don't keep this process alive
const directory = mkdtempSync(join(tmpdir(), 'tickchat-crash-'));
try {
  const crashes = await crash(100, 16, directory);
  console.log('kill -9 while 16 clients send:', crashes);
  const cuts = await cutLinks(500, 60);
  console.log('links cut at random:', cuts);
  const { lost, doubled, holes, gaps } = crashes;
  const faults = [lost, doubled, holes, gaps, cuts.missing, cuts.doubled, cuts.gaps];
  if (faults.some((count) => count > 0)) process.exitCode = 1;
} finally {
  rmSync(directory, { recursive: true });
  clearInterval(stayAlive);
}
