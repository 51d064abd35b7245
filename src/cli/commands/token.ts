import { Command, Option } from 'commander';
import type { TokenFlags } from '../token.js';

const HELP = `
Prints only the token. The link http://HOST:9876/?room=ROOM#token=TOKEN opens
the page with it. Anyone who has the token acts as its user until it expires.
After the server's secret is replaced, the token opens no new connection; open
connections stay until the token expires or the server restarts.`;

/** Declares `tickchat token`. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('Make a signed token for a server with --auth-secret-file.')
    .requiredOption('--secret-file <file>', "the server's secret, or the private key to its key")
    .option('--name <name>', 'display name; the user cannot change it')
    .option('--sub <id>', 'subject, for the public id (default: the name, else random)')
    .option('--room <pattern...>', "rooms it is valid for, such as 'class-*' (default: all)")
    .addOption(
      new Option('--ttl <time>', 'how long it is valid, such as 30m or 8h').default('8h', '8h'),
    )
    .option('--read-only', 'the user can read but not write')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(async (flags: TokenFlags) => (await import('../token.js')).token(flags));
}
