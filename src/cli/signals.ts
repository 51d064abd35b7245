import { isatty } from 'node:tty';
import type { Logger } from 'pino';
import type { RunningServer } from '../server/server.js';
import type { ServiceManager } from '../server/ops/systemd/service-manager.js';

/** A server that accepts connections, with its service manager and its logger. */
export interface Running {
  readonly server: RunningServer;
  readonly manager: ServiceManager;
  readonly logger: Logger;
}

/**
 * Handles signals from now on. Call the returned function when the server runs.
 *
 * The first SIGINT or SIGTERM stops the server, the second ends the process immediately. SIGHUP
 * reloads certificates and secrets. In a terminal SIGHUP stops the server, because the terminal was
 * closed. During startup there are no clients to close and no files to reload.
 */
export function handleSignals(): (running: Running) => void {
  let running: Running | undefined;
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // The message log may be open. Its entries are on the disk, and its process finishes the
    // transaction that runs.
    if (running === undefined) process.exit(0);
    if (stopping) process.exit(1);
    stopping = true;
    void stopServer(running, signal); // never rejects
  };
  const reload = (signal: NodeJS.Signals): void => {
    if (running !== undefined && !stopping) void reloadFiles(running, signal);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', hasTerminal() ? stop : reload);
  return (started) => {
    running = started;
  };
}

/** Whether a standard stream is a terminal. A service, or a program under nohup(1), has none. */
function hasTerminal(): boolean {
  return [0, 1, 2].some((fd) => isatty(fd));
}

/** Ends the process. */
async function stopServer(
  { server, manager, logger }: Running,
  signal: NodeJS.Signals,
): Promise<void> {
  logger.info(
    `${signal}: stopping, ${server.online} connected; a second signal ends it immediately`,
  );
  const { tick } = server;
  try {
    const [, gaveUp] = await Promise.all([manager.stopping(), server.stop()]);
    const { stats, skippedTicks } = server;
    const summary = `stopped after ${stats.ticks} ticks and ${stats.messages} messages`;
    if (gaveUp !== undefined) logger.error(gaveUp);
    logger.info({ ...stats, tick, skippedTicks }, summary);
    if (gaveUp === undefined) process.exit(0);
    // An exit would wait for a thread of Node's pool that hangs in the same disk.
    process.kill(process.pid, 'SIGKILL');
  } catch (error) {
    logger.error(error, 'could not stop cleanly');
    process.exit(1);
  }
}

async function reloadFiles(
  { server, manager, logger }: Running,
  signal: NodeJS.Signals,
): Promise<void> {
  manager.reloading();
  const { reloaded, errors } = await server.reload();
  for (const error of errors) logger.error(error);
  if (reloaded.length > 0) logger.info(`${signal}: reloaded ${reloaded.join(', ')}`);
  else if (errors.length === 0) logger.info(`${signal}: there is nothing to reload`);
  manager.ready();
}
