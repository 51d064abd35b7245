import { randomUUID } from 'node:crypto';
import { readSecretFile } from '../server/auth/secret-file.js';
import { readGrant } from '../server/auth/grant.js';
import { signToken } from '../server/auth/tokens.js';
import { parseDuration } from '../server/config/parse.js';
import { CommandError, UsageError } from './errors.js';

/** Flags of `tickchat token`; a flag that is not given is left out. */
export interface TokenFlags {
  readonly secretFile: string;
  readonly name?: string;
  readonly sub?: string;
  readonly room?: readonly string[];
  readonly ttl: string;
  readonly readOnly?: true;
}

const MIN_TTL_MS = 1000;
const MAX_TTL_MS = 8760 * 3_600_000;

/** Runs `tickchat token`: prints a signed token. */
export async function token(flags: TokenFlags): Promise<void> {
  const claims = claimsOf(flags);
  const read = await readSecretFile(flags.secretFile);
  if (!read.ok) throw new CommandError(`--secret-file ${read.why}`);
  if (read.key.signs === undefined) {
    throw new CommandError(
      `--secret-file ${flags.secretFile}: is a public key; takes the private key`,
    );
  }
  process.stdout.write(`${await signToken(claims, read.key)}\n`);
}

function claimsOf({ name, sub = name || randomUUID(), room = ['*'], ttl, readOnly }: TokenFlags) {
  const ttlMs = parseDuration(ttl) ?? 0;
  if (ttlMs < MIN_TTL_MS || ttlMs > MAX_TTL_MS) {
    throw new UsageError(
      `--ttl ${JSON.stringify(ttl)}: takes a duration from 1s to 8760h, such as 30m or 8h`,
    );
  }
  const iat = Math.floor(Date.now() / 1000);
  const exp = iat + Math.ceil(ttlMs / 1000);
  const named = name === undefined ? {} : { name };
  const claims = { sub, ...named, rooms: [...room], write: readOnly !== true, iat, exp };
  const read = readGrant(claims, 0); // the server's own check
  if (!read.ok) throw new UsageError(`${flagOf(read.claim)}: takes ${read.takes}`);
  return claims;
}

function flagOf(claim: string): string {
  return claim === 'rooms' ? '--room' : `--${claim}`;
}
