import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { flagOf, SERVE_OPTIONS, type Config } from '../config/options.js';
import type { Reloadable } from './reload.js';

/** Which files hold the certificate and its key, both PEM. */
export interface TlsFiles {
  /** The certificate, followed by those of the authorities between it and the root, if any. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate and the key that belongs to it. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** When the certificate stops being good, ms since 1970. */
  readonly expiresAt: number;
}

/** A pair that holds, or one line that says what is wrong with which file. */
export type LoadedPair =
  | { readonly ok: true; readonly pair: TlsPair }
  | { readonly ok: false; readonly error: string };

/** What TLS 1.2 and newer have in common is safe (RFC 9325 §3.1.1); all browsers of this decade do. */
const MIN_VERSION = 'TLSv1.2';

/** The files that a configuration names; undefined if it wants no TLS. */
export function tlsFilesOf({ tlsCert, tlsKey }: Config): TlsFiles | undefined {
  return tlsCert === undefined || tlsKey === undefined ? undefined : { cert: tlsCert, key: tlsKey };
}

/** Reads and checks a pair: two PEM files, and the key is the certificate's. */
export function loadTlsPair(files: TlsFiles): LoadedPair {
  const cert = read('tlsCert', files.cert, (text) => new X509Certificate(text));
  if ('error' in cert) return { ok: false, error: cert.error };
  const key = read('tlsKey', files.key, (text) => createPrivateKey(text));
  if ('error' in key) return { ok: false, error: key.error };
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    const error = `--tls-key ${files.key}: isn't the key of ${files.cert}; takes the one it was made with`;
    return { ok: false, error };
  }
  const expiresAt = Date.parse(cert.parsed.validTo);
  return { ok: true, pair: { cert: cert.text, key: key.text, expiresAt } };
}

/**
 * The pair in these files. One that has expired is used all the same, and `warn` is told: browsers say
 * what is wrong with it, and whoever looks into the log finds why.
 *
 * @throws in one line, if the files don't hold a certificate and its key
 */
export function openTlsPair(files: TlsFiles, warn: (line: string) => void): TlsPair {
  const loaded = loadTlsPair(files);
  if (!loaded.ok) throw new Error(loaded.error);
  const { expiresAt } = loaded.pair;
  if (expiresAt <= Date.now()) {
    warn(`--tls-cert ${files.cert}: expired on ${new Date(expiresAt).toISOString()}`);
  }
  return loaded.pair;
}

/** What Node's TLS wants of a pair. */
export function secureContextOf({ cert, key }: TlsPair): SecureContextOptions {
  return { cert, key, minVersion: MIN_VERSION };
}

/**
 * Reads the pair again and gives it to `server`: handshakes from then on get it, connections stay as
 * they are. With a pair that is wrong the old one stays in use.
 */
export function reloadableTls(server: Server, files: TlsFiles): Reloadable {
  return {
    name: 'the certificate',
    async reload() {
      const loaded = loadTlsPair(files);
      if (!loaded.ok) return loaded.error;
      server.setSecureContext(secureContextOf(loaded.pair));
      return undefined;
    },
  };
}

type Read<T> = { readonly text: Buffer; readonly parsed: T } | { readonly error: string };

function read<T extends X509Certificate | KeyObject>(
  option: 'tlsCert' | 'tlsKey',
  path: string,
  parse: (text: Buffer) => T,
): Read<T> {
  const { allowed } = SERVE_OPTIONS[option];
  const place = `${flagOf(option)} ${path}`;
  let text: Buffer;
  try {
    text = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { error: `${place}: can't be read (${code}); takes ${allowed}` };
  }
  try {
    return { text, parsed: parse(text) };
  } catch {
    return { error: `${place}: not understood; takes ${allowed}` };
  }
}
