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
  /** As the table calls it. */
  readonly name: string;
  /** How it is started for so many rooms; undefined if this machine can't run it. */
  command(rooms: number): ServerCommand | undefined;
  /** The plain protocol if not given. */
  readonly speaking?: Speaking;
}

const LISTENING = /listening (\d+)/;
const BUN = 'bench/node_modules/@oven/bun-linux-x64/bin/bun';

const TICKCHAT_OPTIONS =
  '--port 0 --host 127.0.0.1 --log-format json --rate 0 --max-message 64kb --max-clients 0 --max-clients-per-ip 0';

/** tickchat as shipped, without its limits for clients and messages; the log is in memory. */
export const tickchat: Contender = {
  name: 'tickchat',
  command: () => ({
    command: process.execPath,
    args: [fromRoot('bin/tickchat.js'), 'serve', ...TICKCHAT_OPTIONS.split(' ')],
    port: /"port":(\d+)/,
  }),
};

const v1Speaking: Speaking = {
  dialect: v1Dialect,
  workerUrl: new URL('v1-worker.js', import.meta.url),
};

/** The same, spoken to in tickchat.v1: every message with an author, a seq and a receipt. */
export const tickchatV1: Contender = {
  ...tickchat,
  name: 'tickchat.v1, log in memory',
  speaking: v1Speaking,
};

/** The same again, each message on the disk (fsync) before anybody gets it. */
export const tickchatV1Lmdb: Contender = {
  name: 'tickchat.v1, log in lmdb',
  command: (rooms) => {
    const command = tickchat.command(rooms);
    const directory = mkdtempSync(join(tmpdir(), 'tickchat-bench-'));
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
    return command && { ...command, args: [...command.args, '--data-dir', directory] };
  },
  speaking: v1Speaking,
};

/** What all others are compared with. */
export const wsReadme: Contender = {
  name: 'ws README broadcast',
  command: () => script(process.execPath, 'ws-readme.js'),
};

/** Native code behind a JavaScript server. */
export const bunPublish: Contender = {
  name: 'Bun publish',
  command: () => (existsSync(fromRoot(BUN)) ? script(fromRoot(BUN), 'bun-publish.js') : undefined),
};

/** The best known library. */
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

/** What the kernel alone costs. */
export const floor: Contender = {
  name: 'C, epoll: the floor',
  command: () => {
    const binary = compileFloor();
    return binary === undefined ? undefined : { command: binary, args: [], port: LISTENING };
  },
};

/** In the order of the tables. */
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

/** Compiles the floor if there is a compiler. */
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
