import { inspect } from 'node:util';
import { CommanderError } from 'commander';
import { isExplained, messageOf, UsageError } from './errors.js';
import { readEnvFile } from './settings.js';

/** Exit status of a command that could not be carried out. */
export const EXIT_FAILED = 1;
/** Exit status of a command line with an invalid value, option or command. */
const EXIT_USAGE = 2;

/**
 * Reports an error that ended a command, in one line on standard error, and returns the exit
 * status. At log level debug or trace the stack of an unexpected error, or of its cause, follows.
 *
 * @param command the command that ran, as `serve`
 * @param args the arguments of the program, of which only `--log-level` is read
 */
export function reportError(error: unknown, command: string, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const explained = isExplained(error);
  const line = explained ? error.message : `${command} failed: ${messageOf(error)}`;
  process.stderr.write(`tickchat: ${line}\n`);
  const unexpected = explained ? error.cause : error;
  if (unexpected !== undefined && wantsStack(args)) {
    process.stderr.write(`${inspect(unexpected)}\n`);
  }
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}

/** Whether the flag, the environment or `.env` sets log level debug or trace. */
function wantsStack(args: readonly string[]): boolean {
  const level = logLevelFlag(args) ?? (process.env['TICKCHAT_LOG_LEVEL'] || logLevelInFile());
  return level === 'debug' || level === 'trace';
}

/** The value of the last `--log-level VALUE` or `--log-level=VALUE`. */
function logLevelFlag(args: readonly string[]): string | undefined {
  const [flag, prefix] = ['--log-level', '--log-level='];
  const values = args.flatMap((arg, index) => {
    if (arg === flag) return args[index + 1] ?? [];
    return arg.startsWith(prefix) ? arg.slice(prefix.length) : [];
  });
  return values.at(-1);
}

function logLevelInFile(): string | undefined {
  try {
    return readEnvFile()['TICKCHAT_LOG_LEVEL'];
  } catch (error) {
    if (error instanceof UsageError) return undefined; // the command reports an unreadable .env
    throw error;
  }
}
