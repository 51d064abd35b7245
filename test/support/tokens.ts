import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTokenKey, type TokenKey } from '../../src/server/auth/token-key.js';
import { signToken } from '../../src/server/auth/tokens.js';

/** A secret as `openssl rand -base64 48` makes one. */
export const SECRET = 'c2VjcmV0IG9mIHRoZSB0ZXN0cywgb2YgbW9yZSB0aGFuIDMyIGJ5dGVz';

/** The key that is in `content`. */
export function keyOf(content: string | Buffer): TokenKey {
  const read = readTokenKey(Buffer.from(content));
  if (!read.ok) throw new Error(read.why);
  return read.key;
}

/** Seconds from now, as a claim has it. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

/** A token for every room, of somebody called ann; `claims` win, undefined ones are left out. */
export function tokenWith(claims: object = {}, key: TokenKey = keyOf(SECRET)): Promise<string> {
  return signToken({ sub: 'ann', rooms: ['*'], exp: inSeconds(3600), ...claims }, key);
}

/** A file that is there until the tests of the file that asked for it are over. */
export class TemporaryFiles {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tickchat-files-'));

  /** Writes a file, or writes it anew; the result is its path. */
  write(name: string, content: string | Buffer): string {
    const path = join(this.#directory, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
