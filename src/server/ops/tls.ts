import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Server } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { flagOf, SERVE_OPTIONS, type Config } from '../config/options.js';
import { readSmallFile } from '../read-small-file.js';
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

/**
 * Reads and checks a pair: two PEM files, the key is the certificate's, and TLS takes them, with all the
 * certificates that follow the first.
 */
export async function loadTlsPair(files: TlsFiles): Promise<LoadedPair> {
  const cert = await read('tlsCert', files.cert, (text) => new X509Certificate(text));
  if ('error' in cert) return { ok: false, error: cert.error };
  const key = await read('tlsKey', files.key, (text) => createPrivateKey(text));
  if ('error' in key) return { ok: false, error: key.error };
  if (!cert.parsed.checkPrivateKey(key.parsed)) {
    const error = `--tls-key ${files.key}: isn't the key of ${files.cert}; takes the one it was made with`;
    return { ok: false, error };
  }
  const expiresAt = Date.parse(cert.parsed.validTo);
  const pair = { cert: cert.text, key: key.text, expiresAt };
  const fault = faultOf(pair);
  if (fault === undefined) return { ok: true, pair };
  const { allowed } = SERVE_OPTIONS.tlsCert;
  return {
    ok: false,
    error: `--tls-cert ${files.cert}: not understood (${fault}); takes ${allowed}`,
  };
}

/** Why TLS doesn't take a pair, in OpenSSL's words: one of the other certificates is broken, mostly. */
function faultOf(pair: TlsPair): string | undefined {
  try {
    createSecureContext(secureContextOf(pair));
    return undefined;
  } catch (error) {
    const { reason, message } = error as Error & { readonly reason?: string };
    return reason ?? message;
  }
}

/**
 * The pair in these files. One that has expired is used all the same, and `warn` is told: browsers say
 * what is wrong with it, and whoever looks into the log finds why.
 *
 * Rejects, in one line, if the files don't hold a certificate and its key
 */
export async function openTlsPair(files: TlsFiles, warn: (line: string) => void): Promise<TlsPair> {
  const loaded = await loadTlsPair(files);
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
      const loaded = await loadTlsPair(files);
      if (!loaded.ok) return loaded.error;
      server.setSecureContext(secureContextOf(loaded.pair));
      return undefined;
    },
  };
}

type Read<T> = { readonly text: Buffer; readonly parsed: T } | { readonly error: string };

async function read<T extends X509Certificate | KeyObject>(
  option: 'tlsCert' | 'tlsKey',
  path: string,
  parse: (text: Buffer) => T,
): Promise<Read<T>> {
  const { allowed } = SERVE_OPTIONS[option];
  const place = `${flagOf(option)} ${path}`;
  const file = await readSmallFile(path);
  if (!file.ok) return { error: `${place}: ${file.why}; takes ${allowed}` };
  try {
    return { text: file.content, parsed: parse(file.content) };
  } catch {
    return { error: `${place}: not understood; takes ${allowed}` };
  }
}
