/** Origins that may open a WebSocket: a list, `'*'` in it for any; undefined for the page's own. */
export type AllowedOrigins = readonly string[] | undefined;

/**
 * Whether a handshake with this `Origin` (RFC 6455 §10.2) is let in. A program sends none and is: it
 * could send any. A browser always does; `null` (a sandboxed frame, a file) is never the same origin.
 *
 * @param origin the Origin header
 * @param host the Host header: what the browser calls this server
 * @param scheme what the browser speaks, if a proxy that is trusted says so
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
  if (allowed !== undefined) return allowed.includes(url.origin);
  if (scheme !== undefined && url.protocol !== `${scheme}:`) return false;
  // A proxy may have taken the TLS off, so without its word the scheme of the page says nothing; and
  // without one in the Host header a port left out means the page's default port.
  return host !== undefined && parseOrigin(`${url.protocol}//${host}`)?.host === url.host;
}

/** `http://host:port` or `https://host:port` as a URL; undefined for anything more or else. */
export function parseOrigin(text: string): URL | undefined {
  if (!/^https?:\/\/[^/?#@\\\s]+$/i.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}
