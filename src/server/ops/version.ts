import { readFileSync } from 'node:fs';

/** This package's version. */
export const VERSION = readVersion();

/** Name and version that the server tells its clients. */
export const SERVER_NAME = `tickchat/${VERSION}`;

function readVersion(): string {
  const text = readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
