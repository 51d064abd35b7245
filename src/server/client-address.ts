import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, SocketAddress } from 'node:net';

/** Who sent a request, as far as it can be believed. */
export interface Sender {
  /** The client's address; an IPv4 address is the same over a dual-stack socket. */
  readonly address: string;
  /** What the client spoke to the outermost trusted proxy; undefined if no proxy has said so. */
  readonly scheme: Scheme | undefined;
}

/** How a page, and the WebSocket beside it, was asked for. */
export type Scheme = 'http' | 'https';

/** Where the address and the scheme of a request come from. */
export type SenderOf = (request: SentRequest) => Sender;

/** What {@link SenderOf} looks at of a request. */
export type SentRequest = Pick<IncomingMessage, 'headers'> & {
  readonly socket: { readonly remoteAddress?: string | undefined };
};

/** What one proxy says of whoever it was asked by. */
interface Hop {
  readonly address: string | undefined;
  readonly scheme: Scheme | undefined;
}

/** How many addresses of a range are the same in front: `10.0.0.0/8`; an address alone is itself. */
const RANGE = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i;

/**
 * Reads a range of addresses (CIDR, RFC 4632 §3.1 and RFC 4291 §2.3) or a single one.
 *
 * @returns its first part and its prefix length, or undefined if it is neither
 */
export function parseRange(text: string): { address: string; prefix: number } | undefined {
  const [, first = '', bits] = RANGE.exec(text) ?? [];
  const address = canonical(first);
  const most = isIP(first) === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (address === undefined || prefix > most) return undefined;
  // `::ffff:10.0.0.0/104` is `10.0.0.0/8`, and addresses are looked at as IPv4 where they can be.
  const mapped = isIP(first) === 6 && isIP(address) === 4;
  if (!mapped) return { address, prefix };
  return prefix < 96 ? undefined : { address, prefix: prefix - 96 };
}

/**
 * Tells who sent a request. Without trusted proxies that is whoever holds the connection; what
 * a header says is of no account. From a trusted proxy `X-Forwarded-For`, or else `Forwarded`
 * (RFC 7239), is walked from the right, where each proxy adds whom it was asked by, for as long as
 * the one who said so is trusted. The walk ends at the first who isn't: that is the client. What is no
 * address ends it too, at the last proxy that was one.
 *
 * When both headers are there and differ, one of them went past the proxy as the client wrote it:
 * neither is believed, and the client is the proxy.
 *
 * @param trusted ranges that {@link parseRange} reads
 */
export function senderReader(trusted: readonly string[]): SenderOf {
  const proxies = new BlockList();
  for (const text of trusted) {
    const range = parseRange(text);
    if (range === undefined) throw new Error(`not a range of addresses: ${text}`);
    proxies.addSubnet(range.address, range.prefix, familyOf(range.address));
  }
  const isTrusted = (address: string): boolean => proxies.check(address, familyOf(address));
  return ({ headers, socket }) => {
    const direct = canonical(socket.remoteAddress ?? '');
    if (direct === undefined) return { address: '', scheme: undefined }; // it is gone already
    if (trusted.length === 0 || !isTrusted(direct)) return { address: direct, scheme: undefined };
    const old = xForwarded(headers['x-forwarded-for'], headers['x-forwarded-proto']);
    const standard = forwarded(headers['forwarded']);
    const sender = walk(direct, old ?? standard ?? [], isTrusted);
    if (old === undefined || standard === undefined) return sender;
    const other = walk(direct, standard, isTrusted);
    return other.address === sender.address ? sender : { address: direct, scheme: undefined };
  };
}

/** @param hops as the headers have them: what the nearest proxy said is last */
function walk(
  direct: string,
  hops: readonly Hop[],
  isTrusted: (address: string) => boolean,
): Sender {
  let sender: Sender = { address: direct, scheme: undefined };
  for (const { address, scheme } of hops.toReversed()) {
    if (address === undefined) break;
    sender = { address, scheme };
    if (!isTrusted(address)) break;
  }
  return sender;
}

/**
 * `X-Forwarded-For` with `X-Forwarded-Proto`. A proxy adds to the one and mostly replaces the other:
 * only where both have as many values do they belong together one by one, else the last counts.
 */
function xForwarded(addresses: Header, schemes: Header): Hop[] | undefined {
  if (addresses === undefined) return undefined;
  const values = listOf(schemes).map(schemeOf);
  const hops = listOf(addresses);
  return hops.map((text, index) => ({
    address: readAddress(text),
    scheme: values.length === hops.length ? values[index] : values.at(-1),
  }));
}

/** One `name=value` of an element of `Forwarded`: the value a token or a quoted string. */
const PAIR = /^\s*([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s";,]+))\s*$/;

/** `Forwarded` (RFC 7239 §4). A comma or semicolon in quotes belongs to nothing that is read here. */
function forwarded(header: Header): Hop[] | undefined {
  if (header === undefined) return undefined;
  return listOf(header).map((element) => {
    const pairs = new Map<string, string>();
    for (const part of element.split(';')) {
      const [, name = '', quoted, token = ''] = PAIR.exec(part) ?? [];
      pairs.set(name.toLowerCase(), quoted ?? token);
    }
    return {
      address: readAddress(pairs.get('for') ?? ''),
      scheme: schemeOf(pairs.get('proto') ?? ''),
    };
  });
}

type Header = string | readonly string[] | undefined;

function listOf(header: Header): string[] {
  const text = typeof header === 'string' ? header : (header ?? []).join(',');
  return text === '' ? [] : text.split(',').map((part) => part.trim());
}

function schemeOf(text: string): Scheme | undefined {
  const scheme = text.toLowerCase();
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. */
function readAddress(text: string): string | undefined {
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text)?.[1];
  const withPort = /^([\d.]+):\d{1,5}$/.exec(text)?.[1];
  return canonical(bracketed ?? withPort ?? text);
}

/** The one way to write an address, so that it is counted once; undefined if it is none. */
function canonical(text: string): string | undefined {
  const family = isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return text;
  // A zone (`%eth0`) is this machine's own word, and SocketAddress leaves it out.
  return new SocketAddress({ address: text, family: 'ipv6' }).address.replace(/^::ffff:/, '');
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
