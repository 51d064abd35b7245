import { Expiries, type Expiring } from './expiry.js';
import { opensRoom, type Grant } from './grant.js';
import { SecretFile } from './secret-file.js';
import { readToken } from './tokens.js';

/** Longest token that is looked at, in characters, as in `join`. */
const MAX_TOKEN_LENGTH = 4096;

/** What a token gives in a room; or an HTTP status and one line that says why it gives nothing. */
export type Verdict =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly status: 401 | 403; readonly why: string };

/** Decides who is let in where a token is asked for (`--auth-secret-file`). */
export class Access {
  readonly #file: SecretFile;
  readonly #expiries = new Expiries(() => Date.now());

  private constructor(file: SecretFile) {
    this.#file = file;
  }

  /** @throws in one line, if the file can't be read or holds no key */
  static async open(secretFile: string): Promise<Access> {
    return new Access(await SecretFile.open(secretFile));
  }

  /** What `token` gives in `room`. Never rejects for anything that a token can hold. */
  async check(token: string | undefined, room: string): Promise<Verdict> {
    if (token === undefined) return { ok: false, status: 401, why: 'a token is needed' };
    if (token.length > MAX_TOKEN_LENGTH) {
      return { ok: false, status: 401, why: `a token takes up to ${MAX_TOKEN_LENGTH} characters` };
    }
    const read = await readToken(token, this.#file.key);
    if (!read.ok) return { ...read, status: 401 };
    if (opensRoom(read.grant, room)) return read;
    return { ok: false, status: 403, why: "the token doesn't open this room" };
  }

  /** Closes `expiring` (4003) when the grant ends, unless it is forgotten before that. */
  watch(expiring: Expiring, { until }: Grant): void {
    this.#expiries.add(expiring, until);
  }

  forget(expiring: Expiring): void {
    this.#expiries.delete(expiring);
  }

  start(): void {
    this.#expiries.start();
  }

  stop(): void {
    this.#expiries.stop();
  }

  /**
   * Reads the secret again: for tokens that come from now on. A file that is no good changes nothing,
   * and one line says why.
   */
  async reload(): Promise<string | undefined> {
    return this.#file.reload();
  }
}
