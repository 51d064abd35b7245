import { once } from 'node:events';
import { lookup } from 'node:dns/promises';
import {
  createServer,
  isIP,
  Server as NetServer,
  type AddressInfo,
  type ListenOptions,
} from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** Address to listen on. */
export interface ListenAddress {
  /** 0 for any free port. */
  readonly port: number;
  /** Undefined for all interfaces. A name stands for all of its addresses. */
  readonly host: string | undefined;
}

/** A socket that listens already, passed by systemd. */
export interface Inherited {
  readonly fd: number;
}

/** The sockets that listen for a server. */
export interface Listener {
  /** At least one. They share a port. */
  readonly addresses: readonly [AddressInfo, ...AddressInfo[]];
  /** Accepts no more connections; those that are open go on. */
  stop(): void;
}

/** Finds the addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Connections that may wait to be accepted; net.core.somaxconn limits it further. */
const BACKLOG = 4096;

/** Failures of an address that this machine lacks, such as `::1` where there is no IPv6. */
const NOT_HERE: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Makes `server` accept connections. Rejects with the system's error, or with one line that names
 * the problem of a socket that was passed.
 *
 * @param onError gets errors of the listening sockets from then on
 */
export async function listen(
  server: NetServer,
  where: ListenAddress | Inherited,
  onError: (error: Error) => void,
  resolve: Resolve = addressesOf,
): Promise<Listener> {
  if ('fd' in where) return new Sockets([server], [await adopt(server, where)], onError);
  const { host, port } = where;
  const isName = host !== undefined && isIP(host) === 0;
  return listenOnAll(server, isName ? await resolve(host) : [host], port, onError);
}

/**
 * Listens on each of some addresses, undefined for all interfaces. Those that this machine lacks
 * are skipped.
 */
async function listenOnAll(
  server: NetServer,
  hosts: ReadonlyArray<string | undefined>,
  anyPort: number,
  onError: (error: Error) => void,
): Promise<Listener> {
  const servers: NetServer[] = [];
  const addresses: AddressInfo[] = [];
  let missing: unknown;
  for (const host of hosts) {
    const one = servers.length === 0 ? server : feederOf(server);
    const port = addresses[0]?.port ?? anyPort;
    try {
      addresses.push(await listenOn(one, host === undefined ? { port } : { host, port }));
      servers.push(one);
    } catch (error) {
      if (NOT_HERE.has((error as NodeJS.ErrnoException).code)) missing = error;
      else {
        stopAll(servers);
        throw error;
      }
    }
  }
  const [first, ...others] = addresses;
  if (first === undefined) throw missing;
  return new Sockets(servers, [first, ...others], onError);
}

/** A listener whose connections become those of `server`. */
function feederOf(server: NetServer): NetServer {
  // As Node's HTTP server makes its own sockets. Node documents the emit for both kinds of servers.
  const options = { allowHalfOpen: !(server instanceof TlsServer), noDelay: true };
  return createServer(options, (socket) => void server.emit('connection', socket));
}

class Sockets implements Listener {
  readonly addresses: Listener['addresses'];
  readonly #servers: readonly NetServer[];

  constructor(
    servers: readonly NetServer[],
    addresses: Listener['addresses'],
    onError: (error: Error) => void,
  ) {
    this.addresses = addresses;
    this.#servers = servers;
    // An error without a listener would end the process.
    for (const server of servers) server.on('error', onError);
  }

  stop(): void {
    stopAll(this.#servers);
  }
}

function stopAll(servers: readonly NetServer[]): void {
  // http.Server's own `close` would cut answers that are still being sent.
  for (const server of servers) NetServer.prototype.close.call(server);
}

async function addressesOf(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

async function adopt(server: NetServer, { fd }: Inherited): Promise<AddressInfo> {
  try {
    return await listenOn(server, { fd });
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(
      `the socket passed by systemd: ${why}; takes one TCP socket (ListenStream=PORT)`,
      { cause: error },
    );
  }
}

async function listenOn(
  server: NetServer,
  options: ListenOptions | Inherited,
): Promise<AddressInfo> {
  server.listen({ ...options, backlog: BACKLOG });
  await once(server, 'listening'); // rejects on 'error'
  const address = server.address();
  if (address !== null && typeof address === 'object') return address;
  server.close();
  throw new Error('it has no port');
}
