import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config/options.js';

/** Whether `auto` means text for a person here: standard output is a terminal. */
export function isPretty(format: Config['logFormat']): boolean {
  return format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
}

/** A logger to standard output: JSON lines, or text when {@link isPretty}. */
export async function createLogger(config: Config): Promise<Logger> {
  const level = config.logLevel;
  // Not pino's own destination: when whoever reads the log has gone, it blocks the exit.
  process.stdout.on('error', () => {});
  const output = isPretty(config.logFormat) ? await prettyOutput() : process.stdout;
  return pino({ level, base: null }, output);
}

/** Loaded only for a terminal: a service starts without it. */
async function prettyOutput(): Promise<DestinationStream> {
  const { build } = await import('pino-pretty');
  return build({
    destination: process.stdout,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: '{msg}',
    colorize: process.stdout.hasColors?.() ?? false,
  });
}
