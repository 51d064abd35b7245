/** Connections per source address: below a server's limit, and below the number of ports. */
const CONNECTIONS_PER_SOURCE = 500;

/**
 * The source address of client `index`. Connections over loopback use many addresses of 127.0.0.0/8
 * (RFC 1122 §3.2.1.3), so that neither the ports of one address nor a limit per address ends the
 * run. For other targets the system chooses.
 */
export function sourceAddress(target: string, index: number): string | undefined {
  if (!/^(::ffff:)?127\./.test(target)) return undefined;
  const source = 1 + Math.floor(index / CONNECTIONS_PER_SOURCE);
  return `127.0.${Math.floor(source / 250)}.${1 + (source % 250)}`;
}
