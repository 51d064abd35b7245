import { once } from 'node:events';
import type { AddressInfo, ListenOptions, Server } from 'node:net';

/** A port, 0 for any free one, and the address to listen on: all interfaces if there is none. */
export interface Place {
  readonly port: number;
  readonly host: string | undefined;
}

/** A socket that listens already. */
export interface Inherited {
  readonly fd: number;
}

/** Thousands may come back at once; the kernel's net.core.somaxconn limits it further. */
const BACKLOG = 4096;

/**
 * Makes `server` take connections and resolves with where. Rejects with the system's own error, or, of
 * a socket that was passed, with one line that says what is wrong with it.
 */
export async function listen(server: Server, where: Place | Inherited): Promise<AddressInfo> {
  if ('port' in where) {
    const { port, host } = where;
    return listenOn(server, { port, ...(host === undefined ? {} : { host }) });
  }
  try {
    return await listenOn(server, { fd: where.fd });
  } catch (error) {
    const why = (error as Error).message;
    throw new Error(
      `the socket passed by systemd: ${why}; takes one TCP socket (ListenStream=PORT)`,
      { cause: error },
    );
  }
}

async function listenOn(server: Server, options: ListenOptions | Inherited): Promise<AddressInfo> {
  server.listen({ ...options, backlog: BACKLOG });
  await once(server, 'listening'); // rejects on 'error'
  const address = server.address();
  if (address !== null && typeof address === 'object') return address;
  server.close();
  throw new Error('it has no port');
}
