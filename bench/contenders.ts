import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Speaking } from '../src/cli/bench/run.js';
import { fromRoot } from './paths.js';
import type { ServerCommand } from './server-process.js';
import { socketIoDialect } from './socket-io-dialect.js';
import { v1Dialect } from './v1-dialect.js';

/** A server of the comparison. */
export interface Contender {
  /** Name in the tables. */
  readonly name: string;
  /** The command that starts it for a number of rooms; undefined if it can't run here. */
  command(rooms: number): ServerCommand | undefined;
  /** Default: the plain protocol. */
  readonly speaking?: Speaking;
  /** The same server of another checkout of tickchat, which must be built. */
  from?(checkout: string): Contender;
}

const LISTENING = /listening (\d+)/;
const BUN = 'bench/node_modules/@oven/bun-linux-x64/bin/bun';

const TICKCHAT_OPTIONS =
  '--port 0 --host 127.0.0.1 --log-format json --rate 0 --max-message 64kb --max-clients 0 --max-clients-per-ip 0';

/** tickchat without limits on clients and messages; the log is in memory. */
export const tickchat: Contender = {
  name: 'tickchat',
  command: () => serve(fromRoot('.')),
  from: (checkout) => ({ ...tickchat, name: 'tickchat before', command: () => serve(checkout) }),
};

function serve(root: string, ...options: readonly string[]): ServerCommand {
  return {
    command: process.execPath,
    args: [join(root, 'bin/tickchat.js'), 'serve', ...TICKCHAT_OPTIONS.split(' '), ...options],
    port: /"port":(\d+)/,
  };
}

const v1Speaking: Speaking = {
  dialect: v1Dialect,
  workerUrl: new URL('v1-worker.js', import.meta.url),
};

/** The same over tickchat.v1: every message has an author, a seq and a receipt. */
export const tickchatV1: Contender = {
  name: 'tickchat.v1, log in memory',
  command: () => serve(fromRoot('.')),
  speaking: v1Speaking,
  from: (checkout) => ({
    name: 'tickchat.v1 before, log in memory',
    command: () => serve(checkout),
    speaking: v1Speaking,
  }),
};

/** The same, with each message on the disk (fsync) before it is delivered. */
export const tickchatV1Lmdb: Contender = {
  name: 'tickchat.v1, log in lmdb',
  command: () => serveOnDisk(fromRoot('.')),
  speaking: v1Speaking,
  from: (checkout) => ({
    name: 'tickchat.v1 before, log in lmdb',
    command: () => serveOnDisk(checkout),
    speaking: v1Speaking,
  }),
};

/** Data directories of all rounds, removed at the end. */
const directories: string[] = [];
process.once('exit', () => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function serveOnDisk(root: string): ServerCommand {
  const directory = mkdtempSync(join(tmpdir(), 'tickchat-bench-'));
  directories.push(directory);
  return serve(root, '--data-dir', directory);
}

/** The base of the ratios. */
export const wsReadme: Contender = {
  name: 'ws README broadcast',
  command: () => script(process.execPath, 'ws-readme.js'),
};

/** Native code behind a JavaScript server. */
export const bunPublish: Contender = {
  name: 'Bun publish',
  command: () => (existsSync(fromRoot(BUN)) ? script(fromRoot(BUN), 'bun-publish.js') : undefined),
};

/** The most widely used library. */
export const socketIo: Contender = {
  name: 'Socket.IO io.emit',
  command: (rooms) => ({
    ...script(process.execPath, 'socket-io.js'),
    env: { ROOMS: String(rooms) },
  }),
  speaking: {
    dialect: socketIoDialect,
    workerUrl: new URL('socket-io-worker.js', import.meta.url),
  },
};

/** The cost of the kernel alone. */
export const floor: Contender = {
  name: 'C, epoll: the floor',
  command: () => {
    const binary = compileFloor();
    return binary === undefined ? undefined : { command: binary, args: [], port: LISTENING };
  },
};

/** All servers, in the order of the tables. */
export const CONTENDERS: readonly Contender[] = [tickchat, wsReadme, socketIo, bunPublish, floor];

function script(command: string, name: string): ServerCommand {
  return {
    command,
    args: [fromRoot(`bench/servers/${name}`)],
    env: { NODE_ENV: 'production' },
    port: LISTENING,
  };
}

let compiled: string | undefined;

/** Compiles the floor, if there is a compiler. */
function compileFloor(): string | undefined {
  if (compiled !== undefined) return compiled;
  mkdirSync(fromRoot('dist/bench'), { recursive: true });
  const binary = fromRoot('dist/bench/epoll-floor');
  try {
    execFileSync('cc', ['-O2', '-o', binary, fromRoot('bench/servers/epoll-floor.c')]);
  } catch {
    return undefined;
  }
  compiled = binary;
  return binary;
}
