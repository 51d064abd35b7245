import type { Logger } from 'pino';
import { messageOf } from './errors.js';

/** Reports an uncaught exception or an unhandled rejection. */
type Report = (error: unknown, origin: NodeJS.UncaughtExceptionOrigin) => void;

/**
 * Ends the process with exit status 1 after an uncaught exception or an unhandled rejection: the
 * state of the program is unknown then. Replaces the report of an earlier call.
 */
export function exitOnUnexpectedErrors(report: Report): void {
  process.removeAllListeners('uncaughtException');
  // Node passes an unhandled rejection to this event too (origin: unhandledRejection).
  process.on('uncaughtException', (error: unknown, origin) => {
    report(error, origin);
    process.exitCode = 1;
    setImmediate(() => process.exit()); // pino-pretty writes to the terminal in this turn
  });
}

/** Reports to the log of a server, at level fatal; to standard error where the log is silent. */
export function logFatal(logger: Logger): Report {
  return (error, origin) => {
    const line = `unexpected error, tickchat ends: ${messageOf(error)}`;
    if (logger.isLevelEnabled('fatal')) logger.fatal({ err: error, origin }, line);
    else process.stderr.write(`tickchat: ${line}\n`);
  };
}
