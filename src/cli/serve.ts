import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { Command, Option as Flag } from 'commander';
import type { Logger } from 'pino';
import {
  SERVE_OPTIONS,
  type Config,
  type Option,
  type OptionName,
} from '../server/config/options.js';
import {
  flagSource,
  resolveConfig,
  systemdSource,
  unknownVariables,
  variableSource,
} from '../server/config/resolve.js';
import { formatDuration } from '../server/config/units.js';
import { createLogger, isPretty } from '../server/logger.js';
import { startServer, type RunningServer } from '../server/server.js';
import { pageAddresses } from './addresses.js';
import { StartError, UsageError } from './errors.js';

/** Settings in the working directory, weaker than flags and the environment. */
const ENV_FILE = '.env';

type Flags = Readonly<Partial<Record<OptionName, string | readonly string[]>>>;

/** `tickchat serve`. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('Serve the page, the tick and the chat on one port.')
    .addHelpText(
      'after',
      '\nAll can be set in the environment or in .env too: --tick is TICKCHAT_TICK.',
    )
    .allowExcessArguments(false)
    .action(serve);
  for (const row of Object.values<Option<unknown>>(SERVE_OPTIONS)) {
    command.addOption(new Flag(row.flags, `${row.help} (default: ${row.default ?? row.unset})`));
  }
  return command;
}

async function serve(flags: Flags): Promise<void> {
  keepYoungGenerationSmall();
  const fileVariables = readEnvFile();
  const config = checkedConfig(flags, fileVariables);
  const logger = await createLogger(config);
  const server = await startServer(config, logger).catch((error: unknown) => {
    throw startError(error, config);
  });
  stopOnSignal(server, logger);
  announce(server, config, logger);
  announceMetrics(server, logger);
  for (const name of unknownVariables({ ...fileVariables, ...process.env })) {
    logger.warn(`${name} is not a setting of tickchat`);
  }
}

function checkedConfig(flags: Flags, fileVariables: Record<string, string>): Config {
  const texts = Object.entries(flags).map(([name, value]) => [name, [value].flat().join(' ')]);
  const resolved = resolveConfig([
    flagSource(Object.fromEntries(texts)),
    variableSource(process.env),
    variableSource(fileVariables, ENV_FILE),
    systemdSource(process.env),
  ]);
  if (!resolved.ok) throw new UsageError(resolved.error);
  return resolved.config;
}

function readEnvFile(): Record<string, string> {
  try {
    const text = readFileSync(ENV_FILE, 'utf8').replace(/^\uFEFF/, ''); // Windows writes a mark
    return parseEnv(text) as Record<string, string>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return {}; // some keep a virtual environment there
    throw new UsageError(
      `${ENV_FILE}: can't be read (${code}); takes lines such as TICKCHAT_TICK=1s`,
    );
  }
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
  const { here, network } = pageAddresses(server.address);
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

/** The first SIGINT, SIGTERM or SIGHUP stops the server, the second ends the process at once. */
function stopOnSignal(server: RunningServer, logger: Logger): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info(`${signal}: stopping, ${server.online} connected; once more ends at once`);
    const tick = server.tick;
    server.stop().then(
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
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  process.on('SIGHUP', onSignal); // the terminal was closed
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
