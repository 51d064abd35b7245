/** Connections from one address: under a server's own limit for one, and far from the ports' end. */
const CONNECTIONS_A_SOURCE = 500;

/**
 * The address that client `index` comes from. All of 127.0.0.0/8 is this machine (RFC 1122
 * §3.2.1.3): towards it, connections are spread over many of its addresses, so that neither the
 * ports of one nor a limit for one address ends the run. Elsewhere the system chooses.
 */
export function sourceAddress(target: string, index: number): string | undefined {
  if (!/^(::ffff:)?127\./.test(target)) return undefined;
  const source = 1 + Math.floor(index / CONNECTIONS_A_SOURCE);
  return `127.0.${Math.floor(source / 250)}.${1 + (source % 250)}`;
}
