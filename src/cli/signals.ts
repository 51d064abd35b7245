import { isatty } from 'node:tty';
import type { Logger } from 'pino';
import type { RunningServer } from '../server/server.js';
import type { ServiceManager } from '../server/ops/service-manager.js';

/** A server that takes connections, and who is told of it. */
export interface Running {
  readonly server: RunningServer;
  readonly manager: ServiceManager;
  readonly logger: Logger;
}

/**
 * Obeys signals from now on; to be told, by a call of what it returns, when the server runs.
 *
 * The first SIGINT or SIGTERM stops the server, the second ends the process at once. SIGHUP reads
 * certificates again, or stops it too if a terminal was closed: a server that a person had started
 * there would go on unseen. While it starts there is nobody to take leave of and nothing to read again.
 */
export function obeySignals(): (running: Running) => void {
  let running: Running | undefined;
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    // The log may be open: what is in it is on the disk, and its thread isn't ended amid a transaction.
    if (running === undefined) process.exit(0);
    if (stopping) process.exit(1);
    stopping = true;
    stopServer(running, signal);
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

/** A service, or a program under nohup(1), has none. */
function hasTerminal(): boolean {
  return [0, 1, 2].some((fd) => isatty(fd));
}

function stopServer({ server, manager, logger }: Running, signal: NodeJS.Signals): void {
  logger.info(`${signal}: stopping, ${server.online} connected; once more ends at once`);
  const { tick } = server;
  Promise.all([manager.stopping(), server.stop()]).then(
    () => {
      logger.info({ ...server.stats, tick, skippedTicks: server.skippedTicks }, 'stopped');
      process.exit(0);
    },
    (error: unknown) => {
      logger.error(error, 'could not stop cleanly');
      process.exit(1);
    },
  );
}

async function reloadFiles(
  { server, manager, logger }: Running,
  signal: NodeJS.Signals,
): Promise<void> {
  manager.reloading();
  const { reloaded, errors } = await server.reload();
  for (const error of errors) logger.error(error);
  if (reloaded.length > 0) logger.info(`${signal}: read again: ${reloaded.join(', ')}`);
  else if (errors.length === 0) logger.info(`${signal}: there is nothing to read again`);
  manager.ready();
}
