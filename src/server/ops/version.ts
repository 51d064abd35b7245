import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from './package-root.js';

/** This package's version. */
export const VERSION = readVersion();

/** Name and version that the server tells its clients. */
export const SERVER_NAME = `tickchat/${VERSION}`;

function readVersion(): string {
  const text = readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
