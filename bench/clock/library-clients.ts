import { createRequire } from 'node:module';
import { WebSocket } from 'ws';
import { monotonicMicros } from '../../src/cli/bench/monotonic.js';
import { connect } from '../../src/client/index.js';
import { fromRoot } from '../paths.js';

/** A client of a clock, as the trial sees it; times in ms. */
export interface ClockClient {
  /** Its estimate of server time; NaN before there is one. */
  now(): number;
  /** Its bound of the error; null if it states none. */
  bound(): number | null;
  /** Bytes of the probes and answers so far, headers included. */
  bytes(): number;
  close(): void;
}

/** The part of `timesync` that is used here; times in ms. */
interface Timesync {
  create(options: object): {
    send: (to: string, data: object) => Promise<void>;
    receive(from: string, data: unknown): void;
    now(): number;
    destroy(): void;
  };
}

/** The part of `@ircam/sync` that is used here; times in s. */
interface IrcamSync {
  readonly SyncClient: new (
    time: () => number,
  ) => {
    start(
      send: (id: number, sent: number) => void,
      receive: (handle: (...answer: number[]) => void) => void,
      report: () => void,
    ): void;
    stop(): void;
    getSyncTime(): number;
  };
}

/** Bytes of the headers of IPv4 and TCP. */
const PACKET_BYTES = 40;
/** Bytes of a WebSocket frame's header from a client, with the mask, and from a server. */
const [UP_BYTES, DOWN_BYTES] = [6, 2];

/** Eight probes every 10 s; the default is five an hour. */
const TIMESYNC_OPTIONS = { repeat: 8, delay: 200, interval: 10_000 };
const LARGEST_OFFSET_MS = 1000;

const packages = createRequire(fromRoot('bench/package.json'));

/** A WebSocket that counts the bytes of the frames for which `counts` is true. */
class CountingSocket extends WebSocket {
  bytes = 0;

  constructor(
    url: string,
    protocols: string[] = [],
    counts: (text: string) => boolean = () => true,
  ) {
    super(url, protocols);
    this.on('message', (data: Buffer) => {
      if (counts(data.toString())) this.bytes += data.length + DOWN_BYTES + PACKET_BYTES;
    });
    const send = this.send.bind(this);
    this.send = (data: unknown): void => {
      if (counts(String(data))) this.bytes += String(data).length + UP_BYTES + PACKET_BYTES;
      send(String(data));
    };
  }
}

/** A client of tickchat in a room of its own. */
function tickchatClient(url: string, number: number): ClockClient {
  const sockets: CountingSocket[] = [];
  class ClockSocket extends CountingSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, (text) => text.startsWith('sync:'));
      sockets.push(this);
    }
  }
  const client = connect(url, { room: `clock${number}`, WebSocket: ClockSocket });
  const { clock } = client;
  return {
    now: () => clock.now(),
    bound: () => clock.error,
    bytes: () => sockets.reduce((sum, { bytes }) => sum + bytes, 0),
    close: () => client.close(),
  };
}

/** A client of `timesync`. */
function timesyncClient(url: string): ClockClient {
  // The package's main file requires a package that it doesn't name.
  const timesync = packages('timesync/dist/timesync.min.js') as Timesync;
  const socket = new CountingSocket(`${url}timesync`);
  const local = localTime();
  let sync: ReturnType<Timesync['create']> | undefined;
  socket.on('open', () => {
    sync = timesync.create({ ...TIMESYNC_OPTIONS, server: 'server', now: local });
    sync.send = async (_, data) => socket.send(JSON.stringify(data));
  });
  socket.on('message', (data: Buffer) => sync?.receive('server', JSON.parse(data.toString())));
  return {
    now: () => sync?.now() ?? NaN,
    bound: () => null,
    bytes: () => socket.bytes,
    close: () => {
      sync?.destroy();
      socket.terminate();
    },
  };
}

/** A client of `@ircam/sync` with its default options. */
function ircamClient(url: string): ClockClient {
  const { SyncClient } = packages('@ircam/sync') as IrcamSync;
  const socket = new CountingSocket(`${url}ircam`);
  const local = localTime();
  const sync = new SyncClient(() => local() / 1e3);
  socket.on('open', () =>
    sync.start(
      (...probe) => socket.send(JSON.stringify([0, ...probe])),
      (handle) =>
        socket.on('message', (data: Buffer) => {
          const [, ...answer] = JSON.parse(data.toString()) as number[];
          handle(...answer);
        }),
      () => {},
    ),
  );
  return {
    now: () => 1e3 * sync.getSyncTime(),
    bound: () => null,
    bytes: () => socket.bytes,
    close: () => {
      sync.stop();
      socket.terminate();
    },
  };
}

/** Names of the contenders, tickchat first, and how to open the client of a number. */
export const CONTENDERS = {
  tickchat: tickchatClient,
  timesync: timesyncClient,
  '@ircam/sync': ircamClient,
} as const;

export type Contender = keyof typeof CONTENDERS;

/** A local clock that is off by a second at most, ms. */
function localTime(): () => number {
  const offset = LARGEST_OFFSET_MS * (2 * Math.random() - 1);
  return () => monotonicMicros() / 1e3 + offset;
}
