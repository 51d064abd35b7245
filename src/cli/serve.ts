import { setFlagsFromString } from 'node:v8';
import type { Logger } from 'pino';
import type { Config } from '../server/config/options.js';
import { formatDuration } from '../server/config/parse.js';
import { createLogger, isPretty } from '../server/ops/logger.js';
import {
  NO_SERVICE_MANAGER,
  Systemd,
  systemdPlan,
  type ServiceManager,
} from '../server/ops/systemd/service-manager.js';
import { takeListenSocket } from '../server/ops/systemd/socket-activation.js';
import { systemdNotifier } from '../server/ops/systemd/notify.js';
import type { Inherited } from '../server/http/listen.js';
import { startServer, type RunningServer } from '../server/server.js';
import { attempt, CommandError, failedStep, UsageError } from './errors.js';
import { exitOnUnexpectedErrors, logFatal } from './fatal.js';
import { readSettings, type Flags } from './settings.js';
import { handleSignals } from './signals.js';

/** Runs `tickchat serve`: resolves when the server listens; signals stop it. */
export async function serve(flags: Flags): Promise<void> {
  limitYoungGeneration();
  const { config, warnings } = readSettings(flags);
  const inherited = inheritedSocket();
  const started = handleSignals();
  const logger = await attempt('open the log output', () => createLogger(config));
  exitOnUnexpectedErrors(logFatal(logger));
  const server = await startServer(config, logger, inherited).catch((error: unknown) => {
    throw startError(error, config);
  });
  await attempt('announce the server', async () => {
    const manager = serviceManager(server, config);
    started({ server, manager, logger });
    await announce(server, config, logger);
    announceMetrics(server, logger);
    manager.ready();
  }).catch(async (error: unknown) => {
    await server.stop();
    throw error;
  });
  for (const warning of warnings) logger.warn(warning);
}

/** The listening socket that systemd passed, if any. It replaces --port and --host. */
function inheritedSocket(): Inherited | undefined {
  const passed = takeListenSocket(process.env, process.pid);
  if (!passed.ok) throw new UsageError(passed.error);
  return passed.fd === undefined ? undefined : { fd: passed.fd };
}

/** The notifier of systemd, or one that does nothing outside of systemd. */
function serviceManager(server: RunningServer, config: Config): ServiceManager {
  const plan = systemdPlan(process.env, process.pid, config.drainTimeout);
  if (plan === undefined) return NO_SERVICE_MANAGER;
  const { failures } = server;
  const notifier = systemdNotifier((cause, repeated) => {
    if (repeated) failures.count('notify');
    else failures.report('notify', cause);
  });
  return new Systemd(server, notifier, plan, (fault) => failures.report('health', fault));
}

/**
 * Keeps V8's young generation at its initial size. It would grow to 32 MB while clients connect,
 * and stay there: a third of the memory of 10,000 idle clients. The benchmark shows no cost in
 * throughput.
 */
function limitYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Prints the addresses of the page, or logs them as JSON. */
async function announce(server: RunningServer, config: Config, logger: Logger): Promise<void> {
  const [{ port }] = server.listening;
  const { here, network } = await server.addresses();
  const history = historyOf(config);
  if (!isPretty(config.logFormat)) {
    const urls = [...here, ...network];
    logger.info({ port, urls, tickMs: config.tick, history }, `listening on port ${port}`);
    return;
  }
  const lines = [
    `tickchat is running on port ${port}`,
    '',
    ...here.map((url) => `  this machine  ${url}`),
    ...network.map((url) => `  the network   ${url}`),
    `  tick          every ${formatDuration(config.tick)}`,
    `  history       ${history}`,
    '',
    'Ctrl+C stops it.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Logs the address of the metrics. */
function announceMetrics({ metricsAddress }: RunningServer, logger: Logger): void {
  if (metricsAddress === undefined) return;
  const { address, port, family } = metricsAddress;
  const host = family === 'IPv6' ? `[${address}]` : address;
  logger.info(`metrics on http://${host}:${port}/metrics`);
}

/** Describes how much history is kept, and where. */
function historyOf({ dataDir, history }: Config): string {
  const amount = `the last ${history} messages of each room`;
  return dataDir === undefined ? `${amount}, until it stops` : `${amount}, in ${dataDir}`;
}

/** System calls of {@link LISTEN_ERRORS}. */
const LISTEN_SYSCALLS = new Set(['listen', 'bind', 'getaddrinfo']);

/** Failures of listen(2) and of the look-up of its address, by code. */
const LISTEN_ERRORS: Readonly<Record<string, (config: Config) => string>> = {
  EADDRINUSE: ({ port }) => `--port ${port}: already in use; choose another, or 0 for any free one`,
  EACCES: ({ port }) => `--port ${port}: not permitted; choose 1024 or more`,
  EADDRNOTAVAIL: notAnAddress,
  ENOTFOUND: notAnAddress,
  EAI_AGAIN: notAnAddress,
  EINVAL: notAnAddress,
};

function notAnAddress({ host }: Config): string {
  return `--host ${host}: not an address of this machine`;
}

/** The beginning of the server's own errors, which need no further explanation. */
const NAMES_THE_CAUSE = /^(?:--|the data directory |the socket passed by systemd: )/;

/** Explains why the server could not start: by the option to change, where one is the cause. */
function startError(error: unknown, config: Config): Error {
  const { code = '', syscall, message } = error as NodeJS.ErrnoException;
  const explain = LISTEN_SYSCALLS.has(syscall ?? '') ? LISTEN_ERRORS[code] : undefined;
  if (explain !== undefined) return new CommandError(explain(config), { cause: error });
  if (NAMES_THE_CAUSE.test(message)) return new CommandError(message, { cause: error });
  return failedStep('start the server', error);
}
