import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Where the page can be opened. */
export interface PageAddresses {
  /** On this machine. */
  readonly here: string;
  /** On others of the network; empty if it listens on one address only. */
  readonly network: readonly string[];
}

const ANY = new Set(['::', '0.0.0.0']);

/** The addresses of the page of a server that listens at `address`. */
export function pageAddresses(
  { address, port }: AddressInfo,
  scheme: 'http' | 'https',
): PageAddresses {
  const pageUrl = (host: string): string =>
    `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}/`;
  if (!ANY.has(address)) return { here: pageUrl(address), network: [] };
  const outward = Object.values(interfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((one) => !one.internal && one.family === 'IPv4');
  return {
    here: pageUrl('localhost'),
    network: outward.map((one) => pageUrl(one.address)),
  };
}

/** None where the process may not ask: no reason not to serve. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
