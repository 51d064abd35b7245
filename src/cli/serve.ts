import { setFlagsFromString } from 'node:v8';
import { Command } from 'commander';
import type { Logger } from 'pino';
import type { Config } from '../server/config/options.js';
import { formatDuration } from '../server/config/units.js';
import { createLogger, isPretty } from '../server/logger.js';
import {
  NOBODY,
  Systemd,
  systemdPlan,
  type ServiceManager,
} from '../server/ops/service-manager.js';
import { takeListenSocket } from '../server/ops/socket-activation.js';
import { systemdNotifier } from '../server/ops/systemd-notify.js';
import type { Inherited } from '../server/listen.js';
import { startServer, type RunningServer } from '../server/server.js';
import { pageAddresses } from './addresses.js';
import { StartError, UsageError } from './errors.js';
import { addServeOptions, readSettings, type Flags } from './settings.js';
import { obeySignals } from './signals.js';

/** `tickchat serve`. */
export function serveCommand(): Command {
  return addServeOptions(
    new Command('serve')
      .description('Serve the page, the tick and the chat on one port.')
      .allowExcessArguments(false)
      .action(serve),
  );
}

async function serve(flags: Flags): Promise<void> {
  keepYoungGenerationSmall();
  const { config, unknown } = readSettings(flags);
  const inherited = inheritedSocket();
  const started = obeySignals();
  const logger = await createLogger(config);
  const server = await startServer(config, logger, inherited).catch((error: unknown) => {
    throw startError(error, config);
  });
  const manager = serviceManager(server, config, logger);
  started({ server, manager, logger });
  announce(server, config, logger);
  announceMetrics(server, logger);
  manager.ready();
  for (const name of unknown) logger.warn(`${name} is not a setting of tickchat`);
}

/** The socket that systemd listens on for us, if it does: then it decides on port and address. */
function inheritedSocket(): Inherited | undefined {
  const passed = takeListenSocket(process.env, process.pid);
  if (!passed.ok) throw new UsageError(passed.error);
  return passed.fd === undefined ? undefined : { fd: passed.fd };
}

/** systemd, if it wants to be told. */
function serviceManager(server: RunningServer, config: Config, logger: Logger): ServiceManager {
  const plan = systemdPlan(process.env, process.pid, config.drainTimeout);
  if (plan === undefined) return NOBODY;
  const notifier = systemdNotifier((line) => logger.warn(line));
  return new Systemd(server, notifier, plan, (line) => logger.error(line));
}

/**
 * V8 lets the young generation grow to 32 MB while connections come in and keeps that for good: with
 * 10,000 idle clients a third of the memory. Kept at its first size it costs no throughput that the
 * benchmark can see. Only a flag does this, and only one that may change at run time.
 */
function keepYoungGenerationSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Tells a person, or a log, where the page is. */
function announce(server: RunningServer, config: Config, logger: Logger): void {
  const { port } = server.address;
  const { here, network } = pageAddresses(
    server.address,
    config.tlsCert === undefined ? 'http' : 'https',
  );
  const history = historyOf(config);
  if (!isPretty(config.logFormat)) {
    const urls = [here, ...network];
    logger.info({ port, urls, tickMs: config.tick, history }, `listening on port ${port}`);
    return;
  }
  const lines = [
    `tickchat is running on port ${port}`,
    '',
    `  this machine  ${here}`,
    ...network.map((url) => `  the network   ${url}`),
    `  tick          every ${formatDuration(config.tick)}`,
    `  history       ${history}`,
    '',
    'Ctrl+C stops it.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Tells the operator where the figures are. */
function announceMetrics({ metricsAddress }: RunningServer, logger: Logger): void {
  if (metricsAddress === undefined) return;
  const { address, port, family } = metricsAddress;
  const host = family === 'IPv6' ? `[${address}]` : address;
  logger.info(`metrics on http://${host}:${port}/metrics`);
}

/** What is kept, in words. */
function historyOf({ dataDir, history }: Config): string {
  const amount = `the last ${history} messages of each room`;
  return dataDir === undefined ? `${amount}, until it stops` : `${amount}, in ${dataDir}`;
}

/** What can go wrong with a port or an address, in words. */
function startError(error: unknown, { port, host }: Config): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'EADDRINUSE':
      return new StartError(
        `--port ${port}: already in use; choose another, or 0 for any free one`,
      );
    case 'EACCES':
      return new StartError(`--port ${port}: not permitted; choose 1024 or more`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new StartError(`--host ${host}: not an address of this machine`);
    default:
      return new StartError(message);
  }
}
