import { isIP, SocketAddress } from 'node:net';

const DURATION = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/;
const MS_PER: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `250ms`, `1s`, `1.5s`, `2m`, `1h` as whole ms; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  return parseUnit(text, DURATION, MS_PER);
}

const SIZE = /^(\d{1,9}(?:\.\d{1,3})?)(|b|kb|mb)$/;
const BYTES_PER: Readonly<Record<string, number>> = { '': 1, b: 1, kb: 1024, mb: 1024 * 1024 };

/** `4096`, `64kb`, `1mb` (of 1024) as whole bytes; undefined for anything else. */
export function parseSize(text: string): number | undefined {
  return parseUnit(text, SIZE, BYTES_PER);
}

/** Decimal digits as a number; undefined for anything else. */
export function parseWhole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Whole ms in the largest unit that fits: 90000 is `90s`, 60000 `1m`. */
export function formatDuration(ms: number): string {
  const fits = (unit: string): boolean => ms > 0 && ms % (MS_PER[unit] ?? 1) === 0;
  const unit = ['h', 'm', 's'].find(fits) ?? 'ms';
  return `${ms / (MS_PER[unit] ?? 1)}${unit}`;
}

function parseUnit(
  text: string,
  pattern: RegExp,
  factors: Readonly<Record<string, number>>,
): number | undefined {
  const [, digits, unit] = pattern.exec(text.trim().toLowerCase()) ?? [];
  const factor = factors[unit ?? ''];
  if (digits === undefined || factor === undefined) return undefined;
  const value = Number(digits) * factor;
  return Number.isInteger(value) ? value : undefined;
}

/**
 * `/tickchat` or `/a/b`, with a slash at its end or without, as a path without it: empty for `/`.
 * Undefined for anything else.
 */
export function parseBasePath(text: string): string | undefined {
  const path = text.endsWith('/') ? text.slice(0, -1) : text;
  if (text === '/') return '';
  const [first, ...segments] = path.split('/');
  // No dot: the library takes a last segment with one for a file.
  const valid = segments.every((one) => /^[\w~-]+$/.test(one));
  return first === '' && segments.length > 0 && valid ? path : undefined;
}

/** Longest origin, characters: a scheme, a name of up to 253 (RFC 1035 §2.3.4) and a port. */
const MAX_ORIGIN_LENGTH = 'https://'.length + 253 + ':65535'.length;

/** `http://host:port` or `https://host:port` as a URL; undefined for anything else. */
export function parseOrigin(text: string): URL | undefined {
  if (text.length > MAX_ORIGIN_LENGTH) return undefined;
  if (!/^https?:\/\/[^/?#@\\\s]+$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

/** An address, or a range with the length of its prefix, such as `10.0.0.0/8`. */
const RANGE = /^([0-9a-f.:]+)(?:\/(\d{1,3}))?$/i;

/**
 * Parses a range of addresses (CIDR, RFC 4632 §3.1 and RFC 4291 §2.3) or a single address;
 * undefined for anything else.
 */
export function parseRange(text: string): { address: string; prefix: number } | undefined {
  const [, first = '', bits] = RANGE.exec(text) ?? [];
  const address = canonicalAddress(first);
  const maxPrefix = isIP(first) === 4 ? 32 : 128;
  const prefix = bits === undefined ? maxPrefix : Number(bits);
  if (address === undefined || prefix > maxPrefix) return undefined;
  // `::ffff:10.0.0.0/104` is `10.0.0.0/8`; addresses are compared as IPv4 where possible.
  const mapped = isIP(first) === 6 && isIP(address) === 4;
  if (!mapped) return { address, prefix };
  return prefix < 96 ? undefined : { address, prefix: prefix - 96 };
}

/** The canonical form of an address, so that it is counted once; undefined for anything else. */
export function canonicalAddress(text: string): string | undefined {
  const family = isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return text;
  // SocketAddress drops a zone (`%eth0`), which only has a meaning on one machine.
  return new SocketAddress({ address: text, family: 'ipv6' }).address.replace(/^::ffff:/, '');
}

/** A path; undefined if it holds a null character. Whether the file exists is not checked. */
export function parsePath(text: string): string | undefined {
  return text.includes('\0') ? undefined : text;
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

/** `host:port` or `[IPv6 address]:port`; undefined for anything else. */
export function parseHostAndPort(text: string): { host: string; port: number } | undefined {
  const [, bracketed, bare, digits = ''] =
    /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = inRange(parseWhole(digits), 0, 65_535);
  return host === undefined || port === undefined ? undefined : { host, port };
}

/** One or more ranges that {@link parseRange} accepts, separated by spaces or commas. */
export function parseRanges(text: string): readonly string[] | undefined {
  const ranges = wordsOf(text);
  const valid = ranges.every((range) => parseRange(range) !== undefined);
  return valid && ranges.length > 0 ? ranges : undefined;
}

/** One or more origins, or `*`, separated by spaces or commas. */
export function parseOrigins(text: string): readonly string[] | undefined {
  const origins: string[] = [];
  for (const word of wordsOf(text)) {
    const origin = word === '*' ? '*' : parseOrigin(word)?.origin;
    if (origin === undefined) return undefined;
    origins.push(origin);
  }
  return origins.length > 0 ? origins : undefined;
}

/** `value` if it is a number from `min` to `max`; else undefined. */
export function inRange(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}
