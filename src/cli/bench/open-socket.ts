import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** TLS settings of a target. The certificate is verified, for the target's host name. */
export interface TlsTarget {
  /** Certificate to trust instead of Node's own and NODE_EXTRA_CA_CERTS; PEM. */
  readonly ca?: string;
}

/** Target of a connection. */
export interface Endpoint {
  /** An IP address. */
  readonly address: string;
  readonly port: number;
  /** Value of the Host header. */
  readonly host: string;
  /** Undefined: no TLS. */
  readonly tls?: TlsTarget | undefined;
  /** Subprotocol to offer in the handshake. */
  readonly subprotocol?: string | undefined;
}

/** Meanings of the codes of Node and OpenSSL, as the client library knows them too. */
const TLS_PROBLEMS: ReadonlyArray<readonly [RegExp, string]> = [
  [/CERT|^UNABLE_TO_/, 'the certificate is not trusted; NODE_EXTRA_CA_CERTS can name its issuers'],
  [/^(EPROTO|ERR_SSL_\w+)$/, 'no TLS there'],
];

/**
 * Opens a socket that passes what it reads to `onread`, through TLS if the endpoint has it.
 *
 * @param onOpen called when the socket may be written to: after the TLS handshake
 */
export function openSocket(
  { address, port, host, tls }: Endpoint,
  localAddress: string | undefined,
  onread: OnReadOpts,
  onOpen: () => void,
): Socket {
  const from = localAddress === undefined ? {} : { localAddress };
  const options = { host: address, port, noDelay: true, onread, ...from };
  if (tls === undefined) return connectTcp(options, onOpen);
  const { hostname } = new URL(`https://${host}`);
  // A name goes into the handshake (SNI, RFC 6066 §3). An address must not; `host` has it already.
  const name = isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { servername: hostname } : {};
  const socket = connectTls({ ...options, ...name, ...tls }, onOpen);
  socket.setNoDelay(true); // tls.connect ignores the option
  return socket;
}

/** Explains a socket's error in a few words. */
export function socketProblem({ code, message }: NodeJS.ErrnoException): string {
  if (code === undefined) return message;
  const known = TLS_PROBLEMS.find(([pattern]) => pattern.test(code));
  return known === undefined ? code : `${known[1]} (${code})`;
}
