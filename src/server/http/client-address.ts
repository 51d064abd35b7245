import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { canonicalAddress, parseRange } from '../config/parse.js';

/** The client of a request, as far as its source is trusted. */
export interface RemoteClient {
  /** The client's address; an IPv4 address is the same over a dual-stack socket. */
  readonly address: string;
  /** Scheme that the client used to reach the outermost trusted proxy, if that reported it. */
  readonly scheme: Scheme | undefined;
}

/** Scheme of a page and of its WebSocket. */
export type Scheme = 'http' | 'https';

/** Finds the client of a request. */
export type RemoteClientOf = (request: SentRequest) => RemoteClient;

/** The part of a request that {@link RemoteClientOf} reads. */
export type SentRequest = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/** One value of `X-Forwarded-For` with its scheme. */
interface Hop {
  /** An address, as it was sent. */
  readonly text: string;
  readonly scheme: Scheme | undefined;
}

/** Longest chain of proxies that is followed; no real one is near it. Values before are ignored. */
const MAX_HOPS = 50;

/**
 * Finds the client of a request. Without trusted proxies it is the other end of the connection, and
 * headers are ignored. A trusted proxy's `X-Forwarded-For` is read from the right: each proxy
 * appends the address of its own client. The first address that is not a trusted proxy is the
 * client. A value that is not an address ends the search at the last valid one. `Forwarded`
 * (RFC 7239) is ignored.
 *
 * @param trusted ranges that {@link parseRange} accepts
 */
export function trustProxies(trusted: readonly string[]): RemoteClientOf {
  const proxies = new BlockList();
  for (const text of trusted) {
    const range = parseRange(text);
    if (range === undefined) throw new Error(`not a range of addresses: ${text}`);
    proxies.addSubnet(range.address, range.prefix, familyOf(range.address));
  }
  const isTrusted = (address: string): boolean => proxies.check(address, familyOf(address));
  return ({ headers, socket }) => {
    const direct = canonicalAddress(socket.remoteAddress ?? '');
    if (direct === undefined) return { address: '', scheme: undefined }; // disconnected
    if (trusted.length === 0 || !isTrusted(direct)) return { address: direct, scheme: undefined };
    const hops = xForwarded(headers['x-forwarded-for'], headers['x-forwarded-proto']);
    return walk(direct, hops, isTrusted);
  };
}

/** @param hops in the order of the headers: the value of the nearest proxy is last */
function walk(
  direct: string,
  hops: readonly Hop[],
  isTrusted: (address: string) => boolean,
): RemoteClient {
  let client: RemoteClient = { address: direct, scheme: undefined };
  for (const { text, scheme } of hops.toReversed()) {
    const address = readAddress(text);
    if (address === undefined) break;
    client = { address, scheme };
    if (!isTrusted(address)) break;
  }
  return client;
}

/**
 * `X-Forwarded-For` with `X-Forwarded-Proto`. Most proxies append to the first and replace the
 * second. Values are paired only if both headers have equally many; else the last scheme counts.
 */
function xForwarded(addresses: Header, schemes: Header): Hop[] {
  const values = listOf(schemes).map(schemeOf);
  const hops = listOf(addresses);
  return hops.map((text, index) => ({
    text,
    scheme: values.length === hops.length ? values[index] : values.at(-1),
  }));
}

type Header = string | readonly string[] | undefined;

function listOf(header: Header): string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  return text === ''
    ? []
    : text
        .split(',')
        .slice(-MAX_HOPS)
        .map((part) => part.trim());
}

function schemeOf(text: string): Scheme | undefined {
  const scheme = text.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. */
function readAddress(text: string): string | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1];
  const withPort = /^([\d.]+):\d{1,5}$/.exec(text)?.[1];
  return canonicalAddress(bracketed ?? withPort ?? text);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
