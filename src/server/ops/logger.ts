import { pino, type DestinationStream, type Logger } from 'pino';
import { newStats } from './stats.js';
import type { Config } from '../config/options.js';

/** Whether log lines are text for a person: `auto` means so if standard output is a terminal. */
export function isPretty(format: Config['logFormat']): boolean {
  return format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
}

/** A logger to standard output: JSON lines, or text when {@link isPretty}. */
export async function createLogger(config: Config): Promise<Logger> {
  const level = config.logLevel;
  // Not pino's own destination: it blocks the exit when the reader of the log has ended. An error
  // here (EPIPE) means that nobody reads the log, so there is nowhere to report it.
  process.stdout.on('error', () => {});
  const output = isPretty(config.logFormat) ? await prettyOutput() : process.stdout;
  return pino({ level, base: null }, output);
}

/** Fields of the last line. */
const SUMMARY_FIELDS = [...Object.keys(newStats()), 'tick', 'skippedTicks'];

/** The formatter is loaded only when it is used. */
async function prettyOutput(): Promise<DestinationStream> {
  const { build } = await import('pino-pretty');
  return build({
    destination: process.stdout,
    singleLine: true,
    ignore: SUMMARY_FIELDS.join(), // the line has the two that matter to a person
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: '{msg}',
    colorize: process.stdout.hasColors?.() ?? false,
  });
}
