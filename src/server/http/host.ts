import { hostname } from 'node:os';
import { isIP } from 'node:net';
import { parseOrigin } from '../config/parse.js';
import type { AllowedOrigins } from './origin.js';

/** Checks the Host header of a request (RFC 9110 §7.2). */
export type HostCheck = (host: string | undefined) => boolean;

/** Zones that the public DNS does not have (RFC 6761, 6762, 8375), or that sites use inside. */
const PRIVATE_ZONES = ['.localhost', '.local', '.lan', '.internal', '.home.arpa'];

/**
 * Creates the check of Host. A page of another site whose name is pointed at this server's address
 * (DNS rebinding) has the origin and the Host of that site: they agree, so the origin alone proves
 * nothing. Passes: addresses, names that only a local network resolves, the name of this machine,
 * and the hosts of `--origin`. A request without a Host is no browser's.
 *
 * @param origins `'*'` lets every host pass
 */
export function hostCheck(origins: AllowedOrigins): HostCheck {
  if (origins?.includes('*') === true) return () => true;
  const named = origins?.map((origin) => parseOrigin(origin)?.hostname ?? '') ?? [];
  const names = new Set([...named, hostname().toLowerCase()]);
  const passes = (host: string): boolean => {
    const name = hostNameIn(host);
    if (name === undefined) return false;
    return isIP(name) !== 0 || isPrivateName(name) || names.has(name);
  };
  // Nearly all clients of a server say the same host; to parse it costs as much as the rest.
  let last = { host: '', passes: passes('') };
  return (host) => {
    if (host === undefined) return true;
    if (host !== last.host) last = { host, passes: passes(host) };
    return last.passes;
  };
}

/** Whether a host to listen on is reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Whether no foreign name server can point the name somewhere. */
function isPrivateName(name: string): boolean {
  return !name.includes('.') || PRIVATE_ZONES.some((zone) => name.endsWith(zone));
}

/** The host of a Host header, in lower case, without port, brackets and final dot. */
export function hostNameIn(host: string): string | undefined {
  return parseOrigin(`http://${host}`)?.hostname.replace(/^\[|\]$|\.$/g, '');
}

/** The line for a request whose host is not allowed, with the flag that allows it. */
export function hostRefusal(header = ''): string {
  const host = header.slice(0, 255);
  return `host ${host} refused; allow it with --origin https://${host}`;
}
