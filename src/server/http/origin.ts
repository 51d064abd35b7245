import { parseOrigin } from '../config/parse.js';

/** Origins that may connect besides the server's own; `'*'` for any. */
export type AllowedOrigins = readonly string[] | undefined;

/**
 * Whether a handshake with this `Origin` (RFC 6455 §10.2) is allowed. A program sends none and is
 * allowed: it could send any. A browser always sends one; `null` (a sandboxed frame, a file) is
 * never the same origin.
 *
 * @param origin the Origin header
 * @param host the Host header: the server's name in the browser
 * @param scheme the browser's scheme, if a trusted proxy reports it
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: AllowedOrigins,
  scheme?: 'http' | 'https',
): boolean {
  if (origin === undefined || allowed?.includes('*') === true) return true;
  const url = parseOrigin(origin);
  if (url === undefined) return false;
  if (allowed?.includes(url.origin) === true) return true;
  if (scheme !== undefined && url.protocol !== `${scheme}:`) return false;
  // A proxy may have terminated TLS, so the scheme is compared only if the proxy reports it. A Host
  // header without a port means the default port of the page's scheme.
  return host !== undefined && parseOrigin(`${url.protocol}//${host}`)?.host === url.host;
}

/** The line for a handshake or request of an origin that is not allowed, with what allows it. */
export function originRefusal(origin = '', host = ''): string {
  const allowed = parseOrigin(origin)?.origin;
  if (allowed === undefined) return `origin ${origin.slice(0, 100)} refused: not a website`;
  return `origin ${allowed} refused at ${host}; allow it with --origin ${allowed}`;
}
