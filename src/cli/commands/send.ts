import { Command, Option } from 'commander';
import type { SendFlags } from '../send.js';

const HELP = `
Empty lines are skipped. A message that is sent again after a lost connection is
logged once. Exit status: 0 if the server sent a receipt for every message, 1 if
not, 2 if an option has an invalid value.`;

/** Declares `tickchat send`. */
export function sendCommand(): Command {
  return new Command('send')
    .description('Send one message, or every line of the standard input.')
    .argument('<url>', 'http://HOST:PORT/, ws://HOST:PORT/ws or HOST:PORT')
    .argument('<text>', "message; '-' for the lines of the standard input")
    .option('--room <name>', 'room to send to (default: the ?room= of the URL, or lobby)')
    .option('--name <name>', 'display name of the sender (default: the server assigns one)')
    .option('--token <token>', 'token, for a server that requires one')
    .addOption(
      new Option('--timeout <time>', 'longest wait for the next receipt').default('10s', '10s'),
    )
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(async (url: string, text: string, flags: SendFlags) =>
      (await import('../send.js')).send(url, text, flags),
    );
}
