import { randomUUID } from 'node:crypto';
import { Command, Option } from 'commander';
import { readSecretFile } from '../server/auth/secret-file.js';
import { readGrant } from '../server/auth/grant.js';
import { signToken } from '../server/auth/tokens.js';
import { parseDuration } from '../server/config/units.js';
import { StartError, UsageError } from './errors.js';

/** Flags as they were given; those that weren't are left out. */
interface TokenFlags {
  readonly secretFile: string;
  readonly name?: string;
  readonly sub?: string;
  readonly room?: readonly string[];
  readonly ttl: string;
  readonly readOnly?: true;
}

const LEAST_TTL_MS = 1000;
const LONGEST_TTL_MS = 8760 * 3_600_000;

const HELP = `
Prints the token alone. With it the page is
http://HOST:9876/?room=ROOM#token=TOKEN. Whoever holds the token is who it says,
until it ends. Another secret lets nobody in with it any more; who is in stays
until the token ends or the server restarts.`;

/** `tickchat token`. */
export function tokenCommand(): Command {
  return new Command('token')
    .description('Make a signed token for a server with --auth-secret-file.')
    .requiredOption('--secret-file <file>', "the server's secret, or the private key to its key")
    .option('--name <name>', 'display name, which its holder cannot change then')
    .option('--sub <id>', 'who it is, for the public id (default: the name, else random)')
    .option('--room <pattern...>', "rooms it opens, such as 'class-*' (default: all)")
    .addOption(
      new Option('--ttl <time>', 'how long it counts, such as 30m or 8h').default('8h', '8h'),
    )
    .option('--read-only', 'its holder may say nothing')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(token);
}

async function token(flags: TokenFlags): Promise<void> {
  const claims = claimsOf(flags);
  const read = await readSecretFile(flags.secretFile);
  if (!read.ok) throw new StartError(`--secret-file ${read.why}`);
  if (read.key.signs === undefined) {
    throw new StartError(
      `--secret-file ${flags.secretFile}: is a public key; takes the private one`,
    );
  }
  process.stdout.write(`${await signToken(claims, read.key)}\n`);
}

function claimsOf({ name, sub = name || randomUUID(), room = ['*'], ttl, readOnly }: TokenFlags) {
  const ttlMs = parseDuration(ttl) ?? 0;
  if (ttlMs < LEAST_TTL_MS || ttlMs > LONGEST_TTL_MS) {
    throw new UsageError(
      `--ttl ${JSON.stringify(ttl)}: takes a duration from 1s to 8760h, such as 30m or 8h`,
    );
  }
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + Math.ceil(ttlMs / 1000);
  const named = name === undefined ? {} : { name };
  const claims = { sub, ...named, rooms: [...room], write: readOnly !== true, iat, exp };
  const read = readGrant(claims, 0); // what the server would say of it
  if (!read.ok) throw new UsageError(`${flagOf(read.claim)}: takes ${read.takes}`);
  return claims;
}

function flagOf(claim: string): string {
  return claim === 'rooms' ? '--room' : `--${claim}`;
}
