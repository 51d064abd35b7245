import {
  parseBasePath,
  parseDuration,
  parseHostAndPort,
  parseOrigins,
  parsePath,
  parseRanges,
  parseSize,
  parseWhole,
  inRange,
} from './parse.js';

/** One option: the row that defines its flag, its variable, its help and its check. */
export interface Option<T> {
  /** Flags in commander's syntax: `-p, --port <number>`. */
  readonly flags: string;
  /** Default value, as typed. */
  readonly default?: string;
  /** Meaning of an option without a value, where there is no default. */
  readonly whenUnset?: string;
  readonly help: string;
  /** Allowed values, for error messages: "… takes {allowed}". */
  readonly allowed: string;
  /** The value, or undefined if the text isn't allowed. */
  parse(text: string): T | undefined;
}

function option<T>(row: Option<T>): Option<T> {
  return row;
}

function integer(min: number, max: number) {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse: (text: string) => inRange(parseWhole(text), min, max),
  };
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

/** Every option of `tickchat serve`: the source of parsing, `--help`, `.env.example` and docs. */
export const SERVE_OPTIONS = {
  port: option({
    flags: '-p, --port <number>',
    default: '9876',
    help: 'port to listen on; 0 takes any free one',
    ...integer(0, 65_535),
  }),
  host: option<string | undefined>({
    flags: '-H, --host <address>',
    whenUnset: 'all interfaces',
    help: 'address to listen on; a name means all of its addresses',
    allowed: 'an address or a host name of this machine',
    parse: (text) => (/^[\w.:%-]+$/.test(text) ? text : undefined),
  }),
  tick: option({
    flags: '-t, --tick <period>',
    default: '1s',
    help: 'length of a tick',
    allowed: 'a duration from 10ms to 1h, such as 250ms, 1s or 2m',
    parse: (text) => inRange(parseDuration(text), 10, 3_600_000),
  }),
  dataDir: option<string | undefined>({
    flags: '-d, --data-dir <directory>',
    whenUnset: '$STATE_DIRECTORY, otherwise in memory',
    help: 'directory for messages and the clock',
    allowed: 'a directory',
    parse: parsePath,
  }),
  history: option({
    flags: '--history <number>',
    default: '1000',
    help: 'number of messages to keep per room',
    ...integer(1, 1_000_000),
  }),
  replay: option({
    flags: '--replay <number>',
    default: '50',
    help: 'number of messages that a new client gets',
    ...integer(0, 10_000),
  }),
  maxMessage: option({
    flags: '--max-message <size>',
    default: '4096',
    help: 'maximum length of a message, bytes of UTF-8',
    allowed: 'a size from 1 to 1mb, such as 4096 or 64kb',
    parse: (text) => inRange(parseSize(text), 1, 1024 * 1024),
  }),
  rate: option({
    flags: '--rate <number>',
    default: '20',
    help: 'messages per second read from one client; 0: no limit',
    ...integer(0, 1_000_000),
  }),
  burst: option({
    flags: '--burst <number>',
    default: '40',
    help: 'messages one client may send in a burst',
    ...integer(1, 1_000_000),
  }),
  maxClients: option({
    flags: '--max-clients <number>',
    default: '10000',
    help: 'maximum number of connections; 0: no limit',
    ...integer(0, 10_000_000),
  }),
  maxClientsPerIp: option({
    flags: '--max-clients-per-ip <number>',
    default: '1000',
    help: 'maximum number of connections per address; 0: no limit',
    ...integer(0, 10_000_000),
  }),
  maxQueue: option({
    flags: '--max-queue <size>',
    default: '1mb',
    help: 'maximum bytes queued for a slow client before it is closed',
    allowed: 'a size from 4kb to 1024mb, such as 256kb or 1mb',
    parse: (text) => inRange(parseSize(text), 4096, 1024 ** 3),
  }),
  maxPending: option({
    flags: '--max-pending <size>',
    default: '16mb',
    help: 'bytes of messages that may wait for the disk before senders are read more slowly',
    allowed: 'a size from 64kb to 1024mb, such as 256kb or 1mb',
    parse: (text) => inRange(parseSize(text), 65_536, 1024 ** 3),
  }),
  basePath: option({
    flags: '--base-path <path>',
    default: '/',
    help: 'path of the page behind a proxy that leaves it in the request',
    allowed: 'a path such as /tickchat, of letters, digits and _ ~ -',
    parse: parseBasePath,
  }),
  origin: option<readonly string[] | undefined>({
    flags: '--origin <origin...>',
    whenUnset: 'same origin',
    help: "origins of web pages that may connect too, and their hosts; '*' for any",
    allowed: "'*' or origins such as https://example.com, separated by spaces",
    parse: parseOrigins,
  }),
  authSecretFile: option<string | undefined>({
    flags: '--auth-secret-file <file>',
    whenUnset: 'no authentication',
    help: 'verify signed tokens (JWT) with this key; reloaded on SIGHUP',
    ...file('a secret of 32 bytes or more, or an Ed25519 key as PEM or JWK'),
  }),
  publishTokenFile: option<string | undefined>({
    flags: '--publish-token-file <file>',
    whenUnset: 'same as user tokens',
    help: 'tokens that may write to every room over HTTP; reloaded on SIGHUP',
    ...file('one token per line, optionally followed by a name'),
  }),
  tlsCert: option<string | undefined>({
    flags: '--tls-cert <file>',
    whenUnset: 'no TLS',
    help: 'certificate, for https and wss on the port; reloaded on SIGHUP',
    allowed: 'a PEM file with a certificate, followed by those of its issuers',
    parse: parsePath,
  }),
  tlsKey: option<string | undefined>({
    flags: '--tls-key <file>',
    whenUnset: 'no TLS',
    help: 'private key of the certificate; reloaded on SIGHUP',
    allowed: 'a PEM file with a private key, without a passphrase',
    parse: parsePath,
  }),
  trustProxy: option<readonly string[] | undefined>({
    flags: '--trust-proxy <cidr...>',
    whenUnset: 'none',
    help: 'proxies trusted to report client addresses',
    allowed: 'addresses or ranges such as 127.0.0.1 or 10.0.0.0/8, separated by spaces',
    parse: parseRanges,
  }),
  drainTimeout: option({
    flags: '--drain-timeout <time>',
    default: '10s',
    help: 'longest wait for clients to close when the server stops',
    allowed: 'a duration from 0s to 10m, such as 500ms or 10s',
    parse: (text) => inRange(parseDuration(text), 0, 600_000),
  }),
  metrics: option<{ readonly host: string; readonly port: number } | undefined>({
    flags: '--metrics <host:port>',
    whenUnset: 'none',
    help: 'address for /metrics, /healthz and /readyz, for operators',
    allowed:
      'an address and a port such as 127.0.0.1:9100 or [::1]:9100; port 0 takes any free one',
    parse: parseHostAndPort,
  }),
  logLevel: option({
    flags: '--log-level <level>',
    default: 'info',
    help: 'lowest level to log',
    ...oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  }),
  logFormat: option({
    flags: '--log-format <format>',
    default: 'auto',
    help: 'json or pretty; auto: pretty in a terminal',
    ...oneOf('auto', 'json', 'pretty'),
  }),
} as const;

/** Name of an option in the configuration. */
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
