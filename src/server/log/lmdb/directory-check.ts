import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkDataFile, assertFreeSpace, statDirectory } from './file.js';

/** Space that a new log takes, bytes. */
const SPACE_BYTES = 262_144;

const FULL_ACCESS = constants.R_OK | constants.W_OK | constants.X_OK;

/**
 * Checks whether a log could be kept in `directory`: returns one line that says why not, or
 * undefined. Leaves nothing behind. A server that has the directory open is not disturbed, and is
 * no problem.
 */
export function directoryProblem(directory: string): string | undefined {
  try {
    const there = nearestExisting(resolve(directory));
    if (!statSync(there).isDirectory()) return `${there} is not a directory`;
    accessSync(there, FULL_ACCESS);
    for (const name of ['log.mdb', 'lock.mdb']) checkDataFile(join(directory, name));
    assertFreeSpace(join(there, '.tickchat-check'), SPACE_BYTES);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The directory, or its nearest parent that exists. */
function nearestExisting(path: string): string {
  return statDirectory(path) === undefined && dirname(path) !== path
    ? nearestExisting(dirname(path))
    : path;
}
