import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { checkDataFile, proveSpace, statDirectory } from './lmdb-file.js';

/** What a new log needs, bytes. */
const SPACE_BYTES = 262_144;

const FULL_ACCESS = constants.R_OK | constants.W_OK | constants.X_OK;

/**
 * Looks whether a log could be kept in `directory`: one line that says why not, or undefined. Leaves
 * nothing behind, and disturbs no server that has it open; that one does is no reason against it.
 */
export function directoryProblem(directory: string): string | undefined {
  try {
    const there = nearestExisting(resolve(directory));
    if (!statSync(there).isDirectory()) return `${there} is not a directory`;
    accessSync(there, FULL_ACCESS);
    for (const name of ['log.mdb', 'lock.mdb']) checkDataFile(join(directory, name));
    proveSpace(join(there, '.tickchat-check'), SPACE_BYTES);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The directory itself or, when it is still to be made, what it is to be made in. */
function nearestExisting(path: string): string {
  return statDirectory(path) === undefined && dirname(path) !== path
    ? nearestExisting(dirname(path))
    : path;
}
