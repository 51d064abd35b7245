import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Server } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { flagOf, SERVE_OPTIONS, type Config } from '../config/options.js';
import { readSmallFile } from '../config/read-small-file.js';
import { isUtf16, withoutBom } from '../config/text-file.js';
import type { Reloadable } from '../config/reload.js';

/** Paths of the certificate and its key, both PEM. */
export interface TlsFiles {
  /** The certificate, followed by its intermediate certificates, if any. */
  readonly cert: string;
  readonly key: string;
}

/** A certificate and its private key. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Expiry of the certificate, ms since 1970. */
  readonly expiresAt: number;
}

/** A valid pair, or one line that names the file and its problem. */
export type LoadedPair =
  | { readonly ok: true; readonly pair: TlsPair }
  | { readonly ok: false; readonly error: string };

/** Lowest version that is safe (RFC 9325 §3.1.1); all browsers of this decade have it. */
const MIN_VERSION = 'TLSv1.2';

/** The files of a configuration; undefined without TLS. */
export function tlsFilesOf({ tlsCert, tlsKey }: Config): TlsFiles | undefined {
  return tlsCert === undefined || tlsKey === undefined ? undefined : { cert: tlsCert, key: tlsKey };
}

/**
 * Reads and checks a pair: both files are PEM, the key belongs to the certificate, and TLS accepts
 * them with all intermediate certificates.
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
  const problem = problemOf(pair);
  if (problem === undefined) return { ok: true, pair };
  const { allowed } = SERVE_OPTIONS.tlsCert;
  return {
    ok: false,
    error: `--tls-cert ${files.cert}: not understood (${problem}); takes ${allowed}`,
  };
}

/** Why TLS rejects a pair, in OpenSSL's words; mostly an intermediate certificate is broken. */
function problemOf(pair: TlsPair): string | undefined {
  try {
    createSecureContext(secureContextOf(pair));
    return undefined;
  } catch (error) {
    const { reason, message } = error as Error & { readonly reason?: string };
    return reason ?? message;
  }
}

/**
 * Loads the pair of these files. An expired certificate is used with a warning: browsers show the
 * problem, and the log explains it. Rejects with one line if the files are invalid.
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

/** The options of Node's TLS for a pair. */
export function secureContextOf({ cert, key }: TlsPair): SecureContextOptions {
  return { cert, key, minVersion: MIN_VERSION };
}

/**
 * Reads the pair again and sets it in `server` for handshakes from then on. An invalid pair changes
 * nothing; open connections are kept.
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
  const origin = `${flagOf(option)} ${path}`;
  const file = await readSmallFile(path);
  if (!file.ok) return { error: `${origin}: ${file.why}; takes ${allowed}` };
  if (isUtf16(file.content)) return { error: `${origin}: is UTF-16; takes ${allowed}` };
  const text = withoutBom(file.content);
  try {
    return { text, parsed: parse(text) };
  } catch {
    // OpenSSL's reasons for a file that isn't PEM say nothing to an operator.
    return { error: `${origin}: not understood; takes ${allowed}` };
  }
}
