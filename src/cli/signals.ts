import { isatty } from 'node:tty';
import type { Logger } from 'pino';
import type { RunningServer } from '../server/server.js';
import type { ServiceManager } from '../server/ops/service-manager.js';

/**
 * The first SIGINT or SIGTERM stops the server, the second ends the process at once. SIGHUP reads
 * certificates again, or stops it too if a terminal was closed: a server that a person had started
 * there would go on unseen.
 */
export function obeySignals(server: RunningServer, manager: ServiceManager, logger: Logger): void {
  const stop = stopper(server, manager, logger);
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', hasTerminal() ? stop : reloader(server, manager, logger));
}

/** A service, or a program under nohup(1), has none. */
function hasTerminal(): boolean {
  return [0, 1, 2].some((fd) => isatty(fd));
}

function stopper(server: RunningServer, manager: ServiceManager, logger: Logger) {
  let stopping = false;
  return (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
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
  };
}

function reloader(server: RunningServer, manager: ServiceManager, logger: Logger) {
  const reload = async (signal: NodeJS.Signals): Promise<void> => {
    manager.reloading();
    const { reloaded, errors } = await server.reload();
    for (const error of errors) logger.error(error);
    if (reloaded.length > 0) logger.info(`${signal}: read again: ${reloaded.join(', ')}`);
    else if (errors.length === 0) logger.info(`${signal}: there is nothing to read again`);
    manager.ready();
  };
  return (signal: NodeJS.Signals): void => void reload(signal);
}
