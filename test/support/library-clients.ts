import { WebSocket } from 'ws';
import { connect, type Client } from '../../src/client/index.js';
import { until } from './until.js';

/** Target: a client behind a proxy that blocks WebSockets joins within this time, ms. */
const CONNECTED_WITHIN_MS = 5000;

/** Clients of the library in Node that a test has to close. */
export class LibraryClients {
  readonly #clients: Client[] = [];

  join(url: string, name: string): Client {
    const client = connect(url, { name, WebSocket });
    this.#clients.push(client);
    return client;
  }

  closeAll(): void {
    for (const client of this.#clients.splice(0)) client.close();
  }
}

/** Resolves when the client has joined. */
export async function connected(client: Client): Promise<void> {
  await until('connected', () => client.state.name === 'connected', CONNECTED_WITHIN_MS);
}

/** The texts that the client gets from now on. */
export function textsOf(client: Client): string[] {
  const texts: string[] = [];
  client.on('message', ({ text }) => texts.push(text));
  return texts;
}
