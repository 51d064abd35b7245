import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Access, Verdict } from '../auth/access.js';
import { bearerOf } from '../auth/bearer.js';
import { authorOf } from '../auth/grant.js';
import { DEFAULT_NAME, publicIdOfIdentity } from '../auth/identity.js';
import type { PublishTokens, Publisher } from '../auth/publish-tokens.js';
import { refusal, type Refusal } from '../connection/handshake.js';
import type { Author } from '../log/log.js';
import type { RateLimiter } from './rate-limiter.js';

/** An authorized client. */
export interface Principal {
  readonly ok: true;
  /** The author to record; `name` is the requested display name. */
  author(name: string | undefined): Author;
}

/** Rules that decide which requests are authorized. */
export interface AuthRules {
  readonly access: Access;
  readonly publishTokens: PublishTokens;
  readonly rate: RateLimiter;
}

/** A request about a room. */
export interface AuthRequest {
  readonly request: IncomingMessage;
  readonly room: string;
  /** Client address. */
  readonly address: string;
}

/**
 * Authorizes requests over HTTP: clients that may read and write over a WebSocket, and publishers.
 */
export class HttpAuthorizer {
  readonly #rules: AuthRules;
  /** Makes the ids of anonymous clients, which don't reveal addresses. New with each process. */
  readonly #secret = randomBytes(32);

  constructor(rules: AuthRules) {
    this.#rules = rules;
  }

  /** Authorizes a request to read. */
  async reader({ request, room, address }: AuthRequest): Promise<Principal | Refusal> {
    const overRate = this.#overRate(address);
    if (overRate !== undefined) return overRate;
    const bearer = bearerOf(request);
    const verdict = await this.#rules.access.check(bearer, room);
    if (verdict.ok) return this.#principal(verdict, address);
    return this.#publisherOf(bearer) === undefined
      ? verdict
      : refusal(403, 'a publish token is for writing only');
  }

  /** Authorizes a request to write. A publisher may write into every room, at any rate. */
  async writer({ request, room, address }: AuthRequest): Promise<Principal | Refusal> {
    const { access, publishTokens } = this.#rules;
    const bearer = bearerOf(request);
    const publisher = this.#publisherOf(bearer);
    if (publisher !== undefined) return principalOf(publisher);
    const overRate = this.#overRate(address);
    if (overRate !== undefined) return overRate;
    if (publishTokens.configured && !access.tokensRequired) {
      return refusal(401, bearer ? 'not a publish token' : 'a publish token is needed');
    }
    const verdict = await access.check(bearer, room);
    if (!verdict.ok) return verdict;
    if (!verdict.grant.write) return refusal(403, 'the token is for reading only');
    return this.#principal(verdict, address);
  }

  #publisherOf(bearer: string | undefined): Publisher | undefined {
    return bearer === undefined ? undefined : this.#rules.publishTokens.find(bearer);
  }

  /**
   * An anonymous client is one author per address and name, so that a message that is sent again is
   * recognized.
   */
  #principal({ grant }: Extract<Verdict, { ok: true }>, address: string): Principal {
    return {
      ok: true,
      author: (name = DEFAULT_NAME) =>
        authorOf(grant, name, () => publicIdOfIdentity(this.#secret, `${address} ${name}`)),
    };
  }

  #overRate(address: string): Refusal | undefined {
    const waitMs = this.#rules.rate.take(address, performance.now());
    if (waitMs === 0) return undefined;
    return { ...refusal(429, 'too many requests from this address'), retryAfterMs: waitMs };
  }
}

function principalOf({ name: fixed, identity }: Publisher): Principal {
  const id = publicIdOfIdentity('publisher', identity);
  return { ok: true, author: (name) => ({ id, name: fixed ?? name ?? DEFAULT_NAME }) };
}
