import { addressOf } from '../../src/client/address.js';
import { Client, type JoinOptions } from '../../src/client/client.js';
import type { ClientEvents } from '../../src/client/events.js';
import { FakeEnvironment } from './fake-environment.js';
import { FakeServer } from './fake-server.js';

type Happening = { [Name in keyof ClientEvents]: readonly [Name, ClientEvents[Name]] };

/** A client in a fake world, its server, and all that it has told so far. */
export function newClient(options: JoinOptions = {}) {
  const environment = new FakeEnvironment();
  const server = new FakeServer(environment);
  const client = new Client(addressOf('ws://localhost/ws'), options, environment);
  const told: Array<Happening[keyof ClientEvents]> = [];
  client.on('tick', (tick) => told.push(['tick', tick]));
  client.on('message', (message) => told.push(['message', message]));
  client.on('online', (n) => told.push(['online', n]));
  client.on('state', (state) => told.push(['state', state]));
  client.on('gap', (gap) => told.push(['gap', gap]));
  /** What was told of this event. */
  const all = <Name extends keyof ClientEvents>(name: Name): Array<ClientEvents[Name]> =>
    told.flatMap(([other, event]) => (other === name ? [event as ClientEvents[Name]] : []));
  const seqs = () => all('message').map(({ seq }) => seq);
  return { environment, server, client, told, all, seqs };
}

/** The same after the client has joined an empty room. */
export function joinedClient(options: JoinOptions = {}) {
  const world = newClient(options);
  world.server.welcomes();
  return world;
}

/** The connection is lost and another one is opened; the server has not answered yet. */
export function reconnect(environment: FakeEnvironment): void {
  environment.socket.ends(1006);
  environment.wakes();
}
