import { join } from 'node:path';
import type { Logger } from 'pino';
import { openSecrets, type Secrets } from './auth/secrets.js';
import { Hub } from './chat/hub.js';
import type { Config } from './config/options.js';
import { staticFiles, type StaticFiles } from './http/static-files.js';
import { openTlsPair, tlsFilesOf, type TlsFiles, type TlsPair } from './http/tls.js';
import { createMessageLog } from './log/create-log.js';
import type { LogEvent, MessageLog, SavedTimeline } from './log/log.js';
import { MeasuredLog } from './log/measured-log.js';
import type { Failures } from './ops/failures.js';
import type { Metrics, Observed } from './ops/metrics.js';
import { PACKAGE_ROOT } from './ops/package-root.js';
import { newStats, type Stats } from './ops/stats.js';
import { ServerClock, systemTime } from './ticks/server-clock.js';

/** The directory of the static files. */
const PUBLIC_DIR = join(PACKAGE_ROOT, 'dist/public');

/** Everything that a server opens before it listens. Only the log has to be closed again. */
export interface Resources {
  readonly stats: Stats;
  readonly failures: Failures;
  readonly clock: ServerClock;
  readonly tls: { readonly files: TlsFiles; readonly pair: TlsPair } | undefined;
  readonly secrets: Secrets;
  readonly files: StaticFiles;
  /** Undefined unless a metrics listener is configured. */
  readonly metrics: Metrics | undefined;
  readonly log: MessageLog;
  /** The timeline of the last run, if the log kept one. */
  readonly savedTimeline: SavedTimeline | undefined;
  /** Gets what the log announces. */
  readonly hub: Hub;
}

/** Opens the resources. Rejects, with nothing left open, if a file or the log can't be opened. */
export async function openResources(
  config: Config,
  logger: Logger,
  failures: Failures,
): Promise<Resources> {
  const tls = await openTls(config, logger);
  const secrets = await openSecrets(config);
  const files = await staticFiles(PUBLIC_DIR);
  const stats = newStats();
  const clock = new ServerClock(systemTime, (ms) => {
    logger.warn(correctionLine(ms));
  });
  const connections = { counts: () => hub.counts() };
  const metrics = config.metrics && (await createMetrics({ stats, failures, connections }));
  const onEvent = (event: LogEvent): void => handleLogEvent(event, failures, hub);
  const plainLog = await createMessageLog(config, () => clock.now(), onEvent);
  const log = metrics ? new MeasuredLog(plainLog, (ms) => metrics.appended(ms)) : plainLog;
  // Entries and events come only after this: the hub is there by then.
  const { epoch, timeline } = await log.open((entry) => hub.announce(entry));
  const hub = new Hub(epoch, stats, config.tick);
  return {
    stats,
    failures,
    clock,
    tls,
    secrets,
    files,
    metrics,
    log,
    savedTimeline: timeline,
    hub,
  };
}

function correctionLine(ms: number): string {
  const how = ms > 0 ? 'forward' : 'back';
  const by = `${(Math.abs(ms) / 1000).toFixed(3)} s`;
  return `the wall clock was set ${how} by ${by} a minute ago: server time follows it`;
}

async function openTls(config: Config, logger: Logger): Promise<Resources['tls']> {
  const files = tlsFilesOf(config);
  if (files === undefined) return undefined;
  return { files, pair: await openTlsPair(files, (line) => logger.warn(line)) };
}

/** The metrics library is loaded only when it is used. */
async function createMetrics(observed: Observed): Promise<Metrics> {
  const { Metrics } = await import('./ops/metrics.js');
  return new Metrics(observed);
}

function handleLogEvent(event: LogEvent, failures: Failures, hub: Hub): void {
  switch (event.type) {
    case 'process_ended':
      return failures.report('logProcess', event.cause);
    case 'output':
      return failures.report('logOutput', event.line);
    case 'stalled':
      return failures.report('logStall', event.cause);
    case 'outcome_unknown':
      return failures.report('logBatch', event.cause);
    case 'epoch_changed':
      failures.report('logEpoch', event.cause, { epoch: event.epoch });
      return hub.beginEpoch(event.epoch);
    case 'close_failed':
      return failures.report('logClose', event.cause);
  }
}
