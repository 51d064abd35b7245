import { Command, CommanderError } from 'commander';
import { VERSION } from '../server/version.js';
import { benchCommand } from './bench.js';
import { checkCommand } from './check.js';
import { connectCommand } from './connect.js';
import { UsageError } from './errors.js';
import { sendCommand } from './send.js';
import { serveCommand } from './serve.js';
import { tokenCommand } from './token.js';
import { unitCommand } from './unit.js';

/** Exit status: could not run. */
const EXIT_FAILED = 1;
/** Exit status: bad usage. */
const EXIT_USAGE = 2;

/** Runs the command line and sets the exit status: 0 clean, 1 could not run, 2 bad usage. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('tickchat')
    .description('The same clock and the same conversation on every screen that opens the page.')
    .version(VERSION)
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error:/, 'tickchat:')) })
    .exitOverride();
  program.addCommand(serveCommand().copyInheritedSettings(program));
  program.addCommand(benchCommand().copyInheritedSettings(program));
  program.addCommand(tokenCommand().copyInheritedSettings(program));
  program.addCommand(connectCommand().copyInheritedSettings(program));
  program.addCommand(sendCommand().copyInheritedSettings(program));
  program.addCommand(checkCommand().copyInheritedSettings(program));
  program.addCommand(unitCommand().copyInheritedSettings(program));
  process.stdout.on('error', onOutputError);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  }
}

/**
 * Output that nobody reads any more (`| head -1`) is no failure: what was asked for is done to its end, and
 * the exit status says how that went. Output that couldn't be written is one. A command with a rule of its
 * own, as `serve` and `connect` have, listens too.
 */
function onOutputError({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || process.stdout.listenerCount('error') > 1) return;
  process.stderr.write(`tickchat: standard output: can't be written (${code ?? message})\n`);
  process.exitCode = EXIT_FAILED;
}

/** Says what went wrong in one line and returns the exit status. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`tickchat: ${message}\n`);
  return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
}
