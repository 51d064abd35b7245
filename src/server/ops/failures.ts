import type { SampledLogger } from './sampled-logger.js';

/** A kind of failure: its counter, and the log line to which its cause is added. */
export interface FailureKind {
  readonly metric: string;
  /** Label of the counter. Kinds that share a metric share the name of the label. */
  readonly label?: readonly [name: string, value: string];
  readonly help: string;
  readonly line: string;
}

/** Every failure that is counted and logged here. Each has an alert in deploy/alerts.yml. */
export const FAILURE_KINDS = {
  logProcess: {
    metric: 'tickchat_log_restarts_total',
    help: 'Processes of the message log that ended by themselves and were replaced.',
    line: 'the log process has ended and is replaced',
  },
  logOutput: {
    metric: 'tickchat_log_output_lines_total',
    help: 'Lines that the process of the message log wrote to its standard streams.',
    line: 'the log process wrote a message',
  },
  logStall: {
    metric: 'tickchat_log_stalls_total',
    help: 'Times that the message log did not answer for 5 s.',
    line: 'the log does not answer',
  },
  logBatch: {
    metric: 'tickchat_log_unknown_batches_total',
    help: 'Batches of messages of which it was not known at first whether they were logged.',
    line: 'it is not known whether a batch was logged; that is found out before the next one',
  },
  logEpoch: {
    metric: 'tickchat_log_epoch_changes_total',
    help: 'Times that the running server lost history and began another epoch of the log.',
    line: 'history was lost: another epoch of the log begins, and every client joins again',
  },
  logClose: {
    metric: 'tickchat_log_close_failures_total',
    help: 'Message logs that could not be closed.',
    line: 'the log could not be closed',
  },
  timeline: {
    metric: 'tickchat_timeline_failures_total',
    help: 'Times that the timeline could not be saved.',
    line: 'the timeline could not be saved; ticks go on',
  },
  health: {
    metric: 'tickchat_health_failures_total',
    help: 'Watchdog pings withheld from systemd because ticks were late or the log did not answer.',
    line: 'no watchdog ping for systemd',
  },
  notify: {
    metric: 'tickchat_notify_failures_total',
    help: 'Messages that systemd could not be sent.',
    line: 'systemd could not be notified',
  },
  reload: {
    metric: 'tickchat_reload_failures_total',
    help: 'Files that could not be reloaded on SIGHUP; the old content stays in use.',
    line: 'a file could not be reloaded',
  },
  listener: {
    metric: 'tickchat_listener_errors_total',
    help: 'Errors of a listening socket.',
    line: 'error of a listening socket',
  },
  tls: {
    metric: 'tickchat_tls_errors_total',
    help: 'TLS handshakes that failed.',
    line: 'a TLS handshake failed',
  },
  metrics: {
    metric: 'tickchat_metrics_failures_total',
    help: 'Requests of the metrics listener that could not be answered.',
    line: 'a request of the metrics listener could not be answered',
  },
  httpHandler: {
    metric: 'tickchat_http_errors_total',
    help: 'HTTP requests whose handler failed.',
    line: 'a handler of an HTTP request failed',
  },
  history: {
    metric: 'tickchat_history_failures_total',
    help: 'Joins and requests that failed because history could not be read.',
    line: 'history could not be read',
  },
  appendUnavailable: {
    metric: 'tickchat_append_failures_total',
    label: ['outcome', 'unavailable'],
    help: 'Messages that the log failed to append.',
    line: 'a message could not be appended',
  },
  appendUnknown: {
    metric: 'tickchat_append_failures_total',
    label: ['outcome', 'unknown'],
    help: 'Messages that the log failed to append.',
    line: 'it is not known whether a message was appended',
  },
} as const satisfies Record<string, FailureKind>;

/** One of {@link FAILURE_KINDS}. */
export type FailureName = keyof typeof FAILURE_KINDS;

/** Number of failures since start, by kind. */
export type FailureCounts = Readonly<Record<FailureName, number>>;

/** Counts failures and logs them with their causes. */
export class Failures {
  readonly #logger: Pick<SampledLogger, 'error'>;
  readonly #counts = Object.fromEntries(
    Object.keys(FAILURE_KINDS).map((name) => [name, 0]),
  ) as Record<FailureName, number>;

  constructor(logger: Pick<SampledLogger, 'error'>) {
    this.#logger = logger;
  }

  get counts(): FailureCounts {
    return this.#counts;
  }

  /** Counts a failure and logs it, sampled. */
  report(name: FailureName, cause: unknown, fields: Readonly<Record<string, string>> = {}): void {
    this.count(name);
    this.#logger.error(FAILURE_KINDS[name].line, { ...fields, cause: causeOf(cause) });
  }

  /** Counts a failure that its caller logs. */
  count(name: FailureName): void {
    this.#counts[name] += 1;
  }
}

/** The message of an error and of what caused it, in one line. */
function causeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const inner = cause.cause instanceof Error ? cause.cause.message : '';
  return inner === '' || cause.message.includes(inner)
    ? cause.message
    : `${cause.message} (${inner})`;
}
