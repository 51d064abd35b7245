import { Command } from 'commander';
import type { JoinFlags } from '../open-client.js';

const HELP = `
Each line that you type is sent; /help lists the commands. The number in the
prompt is the tick. Without a terminal it reads and writes plain lines. Exit
status: 0 when you left, 1 when the server ended the connection for good or
your last messages got no receipt.`;

/** Declares `tickchat connect`. */
export function connectCommand(): Command {
  return new Command('connect')
    .description('Chat in a terminal.')
    .argument('<url>', 'http://HOST:PORT/, ws://HOST:PORT/ws or HOST:PORT')
    .option('--room <name>', 'room to join (default: the ?room= of the URL, or lobby)')
    .option('--name <name>', 'your display name (default: the server assigns one)')
    .option('--token <token>', 'token, for a server that requires one')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(async (url: string, flags: JoinFlags) =>
      (await import('../connect.js')).connect(url, flags),
    );
}
