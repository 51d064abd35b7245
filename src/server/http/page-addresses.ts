import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopback } from './host.js';

/** Addresses of the page, as URLs. */
export interface PageAddresses {
  /** For a browser on this machine: one, or each that the server listens at. */
  readonly here: readonly string[];
  /** For other machines of the network, the one of the default route first. May be empty. */
  readonly network: readonly string[];
}

/** The parts of the page's address that the listener doesn't know. */
export interface PageLocation {
  readonly scheme: 'http' | 'https';
  /** Path of the page, without its last slash. */
  readonly basePath: string;
}

const ANY = new Set(['::', '0.0.0.0']);

/** An address of no machine (RFC 5737), behind the default route if there is one. */
const FAR_AWAY = '198.51.100.1';

/** Lists the addresses of the page of a server that listens at `listening`, on one port. */
export async function pageAddresses(
  listening: readonly AddressInfo[],
  { scheme, basePath }: PageLocation,
): Promise<PageAddresses> {
  const [{ port } = { port: 0 }] = listening;
  const pageUrl = (host: string): string =>
    `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${basePath}/`;
  const hosts = listening.map(({ address }) => address);
  if (!hosts.some((host) => ANY.has(host))) {
    const network = hosts.filter((host) => !isLoopback(host));
    const here = network.length < hosts.length ? hosts.filter(isLoopback) : hosts;
    return { here: here.map(pageUrl), network: network.map(pageUrl) };
  }
  return { here: [pageUrl('localhost')], network: (await outwardAddresses()).map(pageUrl) };
}

/** The IPv4 addresses of this machine, the one of the default route first. */
async function outwardAddresses(): Promise<readonly string[]> {
  const all = Object.values(interfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((one) => !one.internal && one.family === 'IPv4')
    .map(({ address }) => address);
  if (all.length < 2) return all;
  const first = await defaultAddress();
  return all.toSorted((a, b) => Number(b === first) - Number(a === first));
}

/** This machine's address on the default route. Connecting by UDP sends nothing. */
async function defaultAddress(): Promise<string | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.connect(9, FAR_AWAY);
    await once(socket, 'connect'); // rejects on 'error': there is no route
    return socket.address().address;
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

/** The network interfaces; none where the process may not list them, which is no reason to fail. */
function interfaces(): ReturnType<typeof networkInterfaces> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
