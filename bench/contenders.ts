import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { certificateOfRun } from './certificate.js';
import type { Contender } from './contender.js';
import { tickchat } from './own-contenders.js';
import { fromRoot } from './paths.js';
import type { ServerCommand } from './server-process.js';
import { socketIoDialect } from './socket-io-dialect.js';

const LISTENING = /listening (\d+)/;
const BUN = 'bench/node_modules/@oven/bun-linux-x64/bin/bun';

/** The base of the ratios. */
export const wsReadme: Contender = {
  name: 'ws README broadcast',
  command: () => script(process.execPath, 'ws-readme.js'),
};

/** Native code behind a JavaScript server. */
export const bunPublish: Contender = {
  name: 'Bun publish',
  command: () => bunScript('bun-publish.js'),
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

/** A process of Node that does nothing: what every server in Node pays to start. */
export const nodeAlone: Contender = {
  name: 'node -e 0, kept alive',
  command: () => ({
    command: process.execPath,
    args: ['-e', "process.stdout.write('listening 0\\n'); setInterval(() => {}, 1e6)"],
    port: LISTENING,
  }),
};

export const wsReadmeTls = overTls(wsReadme);
export const bunPublishTls = overTls(bunPublish);

/** The servers of a load that names none, in the order of the tables. */
export const CONTENDERS: readonly Contender[] = [tickchat, wsReadme, socketIo, bunPublish, floor];

/** The same server over TLS; its script reads the certificate's files from the environment. */
function overTls(contender: Contender): Contender {
  return {
    ...contender,
    name: `${contender.name} over TLS`,
    tls: true,
    command: (rooms) => {
      const [plain, files] = [contender.command(rooms), certificateOfRun()];
      if (plain === undefined || files === undefined) return undefined;
      return { ...plain, env: { ...plain.env, TLS_CERT: files.cert, TLS_KEY: files.key } };
    },
  };
}

function bunScript(name: string): ServerCommand | undefined {
  return existsSync(fromRoot(BUN)) ? script(fromRoot(BUN), name) : undefined;
}

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
