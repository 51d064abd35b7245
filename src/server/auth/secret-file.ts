import { readSmallFile } from '../config/read-small-file.js';
import { readTokenKey, TOKEN_KEY_RULE, type TokenKey, type TokenKeyRead } from './token-key.js';

/** Reads the key in the file at `path`. `why` is one line that never shows the content. */
export async function readSecretFile(path: string): Promise<TokenKeyRead> {
  const file = await readSmallFile(path);
  if (!file.ok) return { ok: false, why: `${path}: ${file.why}; takes ${TOKEN_KEY_RULE}` };
  const read = readTokenKey(file.content);
  return read.ok ? read : { ok: false, why: `${path}: ${read.why}` };
}

/** The file with the key of the tokens. Holds the key of the last valid read. */
export class SecretFile {
  readonly #path: string;
  #key: TokenKey;

  private constructor(path: string, key: TokenKey) {
    this.#path = path;
    this.#key = key;
  }

  /** @throws in one line, if the file can't be read or holds no key */
  static async open(path: string): Promise<SecretFile> {
    const read = await readSecretFile(path);
    if (!read.ok) throw new Error(`--auth-secret-file ${read.why}`);
    return new SecretFile(path, read.key);
  }

  get key(): TokenKey {
    return this.#key;
  }

  /** Reads the file again. Keeps the old key if it is invalid, and resolves with the reason. */
  async reload(): Promise<string | undefined> {
    const read = await readSecretFile(this.#path);
    if (!read.ok) return `--auth-secret-file ${read.why}`;
    this.#key = read.key;
    return undefined;
  }
}
