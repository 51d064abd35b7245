import { Expiries, type Expiring } from './expiry.js';
import { OPEN_GRANT, opensRoom, type Grant } from './grant.js';
import { SecretFile } from './secret-file.js';
import { readToken } from './tokens.js';

/** Maximum length of a token, in characters. */
const MAX_TOKEN_LENGTH = 4096;

/** The grant of a token for a room; or an HTTP status and one line that says why it is rejected. */
export type Verdict =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly status: 401 | 403; readonly why: string };

/** Rules that decide which clients may enter a room. */
export interface Access {
  /** Whether clients need a token. */
  readonly tokensRequired: boolean;
  /** Checks a token for a room. Never rejects, whatever the token holds. */
  check(token: string | undefined, room: string): Verdict | Promise<Verdict>;
  /** Closes `expiring` (4003) when the grant ends, unless it is forgotten before. */
  watch(expiring: Expiring, grant: Grant): void;
  /** Ends {@link watch}. */
  forget(expiring: Expiring): void;
  /** Starts to close connections whose grant has ended. */
  start(): void;
  stop(): void;
}

const OPEN_VERDICT: Verdict = { ok: true, grant: OPEN_GRANT };

/** The access of a server without authentication: every client may enter, read and write. */
export const OPEN_ACCESS: Access = {
  tokensRequired: false,
  check: () => OPEN_VERDICT,
  watch: () => {},
  forget: () => {},
  start: () => {},
  stop: () => {},
};

/** Access by signed tokens (`--auth-secret-file`). */
export class TokenAccess implements Access {
  readonly tokensRequired = true;
  readonly #file: SecretFile;
  readonly #expiries = new Expiries(() => Date.now());

  private constructor(file: SecretFile) {
    this.#file = file;
  }

  /** @throws in one line, if the file can't be read or holds no key */
  static async open(secretFile: string): Promise<TokenAccess> {
    return new TokenAccess(await SecretFile.open(secretFile));
  }

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
   * Reads the secret again, for tokens that are checked from now on. Keeps the old secret if the
   * file is invalid, and resolves with one line that says why.
   */
  async reload(): Promise<string | undefined> {
    return this.#file.reload();
  }
}
