import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { monotonicMicros } from '../../src/cli/bench/monotonic.js';
import { fromRoot } from '../paths.js';

/** The part of `@ircam/sync` that is used here; times in s. */
interface IrcamSync {
  readonly SyncServer: new (
    time: () => number,
  ) => {
    start(
      send: (id: number, sent: number, received: number, answered: number) => void,
      receive: (handle: (id: number, sent: number) => void) => void,
    ): void;
  };
}

/**
 * `node library-server.js`: the servers of the packages `timesync` and `@ircam/sync`, on the paths
 * /timesync and /ircam of one port, which it prints. Their time is the machine's monotonic clock.
 */
const packages = createRequire(fromRoot('bench/package.json'));
const { SyncServer } = packages('@ircam/sync') as IrcamSync;
const ircam = new SyncServer(() => monotonicMicros() / 1e6);

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket, { url }) => {
  socket.on('error', () => {}); // a client that was ended
  if (url === '/timesync') serveTimesync(socket);
  else serveIrcam(socket);
});
server.on('listening', () => console.log((server.address() as AddressInfo).port));

/** Answers as `timesync`'s own server does, but not rounded to a ms. */
function serveTimesync(socket: WebSocket): void {
  socket.on('message', (data: Buffer) => {
    const { id } = JSON.parse(data.toString()) as { id: unknown };
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: monotonicMicros() / 1e3 }));
  });
}

function serveIrcam(socket: WebSocket): void {
  ircam.start(
    (...answer) => socket.send(JSON.stringify([1, ...answer])),
    (handle) =>
      socket.on('message', (data: Buffer) => {
        const [, id, sent] = JSON.parse(data.toString()) as [number, number, number];
        handle(id, sent);
      }),
  );
}
