import { parseRange } from '../client-address.js';
import { parseOrigin } from '../origin.js';
import { parseDuration, parseSize, parseWhole } from './units.js';

/** One option: the row that makes its flag, its variable, its help and its check. */
export interface Option<T> {
  /** As commander reads it: `-p, --port <number>`. */
  readonly flags: string;
  /** What it is when nobody says otherwise, as one would type it. */
  readonly default?: string;
  /** What it means when there is no default and nobody says anything, for people. */
  readonly unset?: string;
  readonly help: string;
  /** What may be given, for error messages: "… takes {allowed}". */
  readonly allowed: string;
  /** The value, or undefined if the text isn't allowed. */
  parse(text: string): T | undefined;
}

function option<T>(row: Option<T>): Option<T> {
  return row;
}

function whole(min: number, max: number) {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse: (text: string) => within(parseWhole(text), min, max),
  };
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function file(content: string) {
  return {
    allowed: `the path of a file with ${content}`,
    parse: (text: string) => (text === '' || text.includes('\0') ? undefined : text),
  };
}

function oneOf<const T extends string>(...names: readonly T[]) {
  return {
    allowed: `one of ${names.join(', ')}`,
    parse: (text: string): T | undefined => names.find((name) => name === text),
  };
}

/** Every option of `tickchat serve`. Parsing, `--help`, `.env.example` and the docs come from here. */
export const SERVE_OPTIONS = {
  port: option({
    flags: '-p, --port <number>',
    default: '9876',
    help: 'port to listen on; 0 takes any free one',
    ...whole(0, 65_535),
  }),
  host: option<string | undefined>({
    flags: '-H, --host <address>',
    unset: 'all interfaces',
    help: 'address to listen on',
    allowed: 'an address or a host name of this machine',
    parse: (text) => (/^[\w.:%-]+$/.test(text) ? text : undefined),
  }),
  tick: option({
    flags: '-t, --tick <period>',
    default: '1s',
    help: 'how long a tick is',
    allowed: 'a duration from 10ms to 1h, such as 250ms, 1s or 2m',
    parse: (text) => within(parseDuration(text), 10, 3_600_000),
  }),
  dataDir: option<string | undefined>({
    flags: '-d, --data-dir <directory>',
    unset: '$STATE_DIRECTORY, else in memory only',
    help: 'where messages and the clock are kept',
    allowed: 'a directory',
    parse: parsePath,
  }),
  history: option({
    flags: '--history <number>',
    default: '1000',
    help: 'newest messages kept of each room',
    ...whole(1, 1_000_000),
  }),
  replay: option({
    flags: '--replay <number>',
    default: '50',
    help: 'messages shown to a newcomer',
    ...whole(0, 10_000),
  }),
  maxMessage: option({
    flags: '--max-message <size>',
    default: '4096',
    help: 'largest message, in bytes of UTF-8',
    allowed: 'a size from 1 to 1mb, such as 4096 or 64kb',
    parse: (text) => within(parseSize(text), 1, 1024 * 1024),
  }),
  rate: option({
    flags: '--rate <number>',
    default: '20',
    help: 'messages a second read from one client; 0 for no limit',
    ...whole(0, 1_000_000),
  }),
  burst: option({
    flags: '--burst <number>',
    default: '40',
    help: 'messages one client may send at once',
    ...whole(1, 1_000_000),
  }),
  maxClients: option({
    flags: '--max-clients <number>',
    default: '10000',
    help: 'connections in all; 0 for no limit',
    ...whole(0, 10_000_000),
  }),
  maxClientsPerIp: option({
    flags: '--max-clients-per-ip <number>',
    default: '1000',
    help: 'connections from one address; 0 for no limit',
    ...whole(0, 10_000_000),
  }),
  maxQueue: option({
    flags: '--max-queue <size>',
    default: '1mb',
    help: 'bytes that may wait for a slow client before it is closed',
    allowed: 'a size from 4kb to 1024mb, such as 256kb or 1mb',
    parse: (text) => within(parseSize(text), 4096, 1024 ** 3),
  }),
  origin: option<readonly string[] | undefined>({
    flags: '--origin <origin...>',
    unset: 'same origin',
    help: "web pages that may connect, these only; '*' for any",
    allowed: "'*' or origins such as https://example.com, separated by spaces",
    parse: parseOrigins,
  }),
  authSecretFile: option<string | undefined>({
    flags: '--auth-secret-file <file>',
    unset: 'everybody may',
    help: 'key of the tokens that reading and writing take then; read again on SIGHUP',
    ...file('a secret of 32 bytes or more, or an Ed25519 key as PEM or JWK'),
  }),
  publishTokenFile: option<string | undefined>({
    flags: '--publish-token-file <file>',
    unset: 'whoever may write may',
    help: 'tokens that may write to every room over HTTP; read again on SIGHUP',
    ...file('lines of a token and perhaps a name'),
  }),
  tlsCert: option<string | undefined>({
    flags: '--tls-cert <file>',
    unset: 'no TLS',
    help: 'certificate: https and wss on the port; read again on SIGHUP',
    allowed: 'a PEM file with a certificate, those of its issuers after it',
    parse: parsePath,
  }),
  tlsKey: option<string | undefined>({
    flags: '--tls-key <file>',
    unset: 'no TLS',
    help: 'private key of the certificate; read again on SIGHUP',
    allowed: 'a PEM file with a private key, without a passphrase',
    parse: parsePath,
  }),
  trustProxy: option<readonly string[] | undefined>({
    flags: '--trust-proxy <cidr...>',
    unset: 'nobody',
    help: 'proxies whose word on the address of a client is believed',
    allowed: 'addresses or ranges such as 127.0.0.1 or 10.0.0.0/8, separated by spaces',
    parse: parseRanges,
  }),
  drainTimeout: option({
    flags: '--drain-timeout <time>',
    default: '10s',
    help: 'how long clients may take to leave when the server stops',
    allowed: 'a duration from 0s to 10m, such as 500ms or 10s',
    parse: (text) => within(parseDuration(text), 0, 600_000),
  }),
  metrics: option<{ readonly host: string; readonly port: number } | undefined>({
    flags: '--metrics <host:port>',
    unset: 'none',
    help: 'where /metrics, /healthz and /readyz are served, for the operator alone',
    allowed:
      'an address and a port such as 127.0.0.1:9100 or [::1]:9100; port 0 takes any free one',
    parse: parseHostAndPort,
  }),
  logLevel: option({
    flags: '--log-level <level>',
    default: 'info',
    help: 'least level that is logged',
    ...oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  }),
  logFormat: option({
    flags: '--log-format <format>',
    default: 'auto',
    help: 'json, pretty, or auto: pretty in a terminal',
    ...oneOf('auto', 'json', 'pretty'),
  }),
} as const;

/** Name of an option, as the configuration calls it. */
export type OptionName = keyof typeof SERVE_OPTIONS;

type Value<Row> = Row extends Option<infer T> ? T : never;

/** The checked configuration. Durations in ms, sizes in bytes. */
export type Config = {
  readonly [Name in OptionName]: Value<(typeof SERVE_OPTIONS)[Name]>;
};

/** `--max-clients-per-ip` for `maxClientsPerIp`. */
export function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `TICKCHAT_MAX_CLIENTS_PER_IP` for `maxClientsPerIp`. */
export function variableOf(name: OptionName): string {
  return `TICKCHAT_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Whether there is such a file is looked at when it is needed. */
function parsePath(text: string): string | undefined {
  return text.includes('\0') ? undefined : text;
}

function wordsOf(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

function parseHostAndPort(text: string): { host: string; port: number } | undefined {
  const [, bracketed, bare, digits = ''] =
    /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = within(parseWhole(digits), 0, 65_535);
  return host === undefined || port === undefined ? undefined : { host, port };
}

function parseRanges(text: string): readonly string[] | undefined {
  const ranges = wordsOf(text);
  const sound = ranges.every((range) => parseRange(range) !== undefined);
  return sound && ranges.length > 0 ? ranges : undefined;
}

function parseOrigins(text: string): readonly string[] | undefined {
  const origins: string[] = [];
  for (const word of wordsOf(text)) {
    const origin = word === '*' ? '*' : parseOrigin(word)?.origin;
    if (origin === undefined) return undefined;
    origins.push(origin);
  }
  return origins.length > 0 ? origins : undefined;
}
