import { Command } from 'commander';
import { VERSION } from '../server/ops/version.js';
import { benchCommand } from './commands/bench.js';
import { checkCommand } from './commands/check.js';
import { connectCommand } from './commands/connect.js';
import { sendCommand } from './commands/send.js';
import { serveCommand } from './commands/serve.js';
import { tokenCommand } from './commands/token.js';
import { unitCommand } from './commands/unit.js';
import { exitOnUnexpectedErrors } from './fatal.js';
import { EXIT_FAILED, reportError } from './report-error.js';

/** Options of `tickchat` itself. Any other option in first place belongs to the default command. */
const PROGRAM_OPTIONS = new Set(['-h', '--help', '-v', '--version', '-V']);
const DEFAULT_COMMAND = 'serve';

/** Runs the command line and sets the exit status: 0 success, 1 failure, 2 bad usage. */
export async function main(argv: readonly string[]): Promise<void> {
  const args = withCommand(argv.slice(2));
  let running = DEFAULT_COMMAND;
  const program = new Command('tickchat')
    .description('The same clock and the same conversation on every screen that opens the page.')
    .version(VERSION, '-v, --version')
    .configureOutput({ outputError: (text, write) => write(oneLine(text, args)) })
    .addHelpText('after', '\nWithout a command it serves, and takes the options of serve.')
    .exitOverride();
  const commands = [
    serveCommand(),
    benchCommand(),
    tokenCommand(),
    connectCommand(),
    sendCommand(),
    checkCommand(),
    unitCommand(),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  program.hook('preAction', (_, command) => {
    running = command.name();
  });
  process.stdout.on('error', onOutputError);
  exitOnUnexpectedErrors((error) => reportError(error, running, args));
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = reportError(error, running, args);
  }
}

/** An error of commander in one line: its suggestion is on a line of its own. */
function oneLine(text: string, [command]: readonly string[]): string {
  const line = text
    .replace(/^error:/, 'tickchat:')
    .trimEnd()
    .replaceAll('\n', ' ');
  const isText = command === 'send' && line.includes("unknown option '-");
  return isText ? `${line}; a text that begins with - comes after --\n` : `${line}\n`;
}

/** Puts the default command in front of arguments that name none. */
function withCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === '-V') return ['--version']; // as in earlier versions
  if (first !== undefined && /^\d+$/.test(first)) return [DEFAULT_COMMAND, ...args];
  const named = first !== undefined && (!first.startsWith('-') || PROGRAM_OPTIONS.has(first));
  return named ? args : [DEFAULT_COMMAND, ...args];
}

/**
 * Reports output that can't be written (exit status 1). A closed pipe (`| head -1`) is no failure:
 * the command goes on. `serve` and `connect` have their own listener and their own rule.
 */
function onOutputError({ code, message }: NodeJS.ErrnoException): void {
  if (code === 'EPIPE' || process.stdout.listenerCount('error') > 1) return;
  process.stderr.write(`tickchat: standard output: can't be written (${code ?? message})\n`);
  process.exitCode = EXIT_FAILED;
}
