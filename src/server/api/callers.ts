import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Access } from '../auth/access.js';
import { bearerOf } from '../auth/bearer.js';
import { authorOf } from '../auth/grant.js';
import type { PublishTokens, Publisher } from '../auth/publish-tokens.js';
import { DEFAULT_NAME, knownId } from '../identity.js';
import type { Author } from '../log/log.js';
import type { AddressRate } from './address-rate.js';
import { refusal, type Refusal } from './refusal.js';

/** Somebody who may do what they asked for. */
export interface Caller {
  readonly ok: true;
  /** Who they are to others, if they want to be called `name`. */
  author(name: string | undefined): Author;
}

/** What decides over callers. */
export interface CallerRules {
  /** User tokens; undefined where none is asked for. */
  readonly access: Access | undefined;
  /** Undefined if there are none. */
  readonly publishTokens: PublishTokens | undefined;
  readonly rate: AddressRate;
}

/** Who makes a call, about which room, from where. */
export interface Calling {
  readonly request: IncomingMessage;
  readonly room: string;
  readonly address: string;
}

/** Tells who may read and write over HTTP: those who may over a WebSocket, and the publishers. */
export class Callers {
  readonly #rules: CallerRules;
  /** Makes ids of addresses, which nobody can turn back into addresses. New with each process. */
  readonly #secret = randomBytes(32);

  constructor(rules: CallerRules) {
    this.#rules = rules;
  }

  /** Somebody who wants to read `room`. */
  async reader({ request, room, address }: Calling): Promise<Caller | Refusal> {
    const overRate = this.#overRate(address);
    if (overRate !== undefined) return overRate;
    const bearer = bearerOf(request);
    if (this.#rules.access !== undefined && this.#publisherOf(bearer) !== undefined) {
      return refusal(403, 'a publish token is for writing only');
    }
    return this.#user(bearer, room, address);
  }

  /** Somebody who wants to write into `room`. A publisher may write into all, at any rate. */
  async writer({ request, room, address }: Calling): Promise<Caller | Refusal> {
    const { access, publishTokens } = this.#rules;
    const bearer = bearerOf(request);
    const publisher = this.#publisherOf(bearer);
    if (publisher !== undefined) return publishing(publisher);
    const overRate = this.#overRate(address);
    if (overRate !== undefined) return overRate;
    if (access === undefined && publishTokens !== undefined) {
      return refusal(401, bearer ? 'that is no publish token' : 'a publish token is needed');
    }
    return this.#user(bearer, room, address, true);
  }

  #publisherOf(bearer: string | undefined): Publisher | undefined {
    return bearer === undefined ? undefined : this.#rules.publishTokens?.find(bearer);
  }

  async #user(
    bearer: string | undefined,
    room: string,
    address: string,
    writes = false,
  ): Promise<Caller | Refusal> {
    const { access } = this.#rules;
    if (access === undefined) return this.#anybody(address);
    const verdict = await access.check(bearer, room);
    if (!verdict.ok) return verdict;
    const { grant } = verdict;
    if (writes && !grant.write) return refusal(403, 'the token is for reading only');
    return { ok: true, author: (name = DEFAULT_NAME) => authorOf(grant, name) };
  }

  /** One name from one address is one author: a message that is sent again can be recognised. */
  #anybody(address: string): Caller {
    return {
      ok: true,
      author: (name = DEFAULT_NAME) => ({ id: knownId(this.#secret, `${address} ${name}`), name }),
    };
  }

  #overRate(address: string): Refusal | undefined {
    const waitMs = this.#rules.rate.waitMs(address, performance.now());
    if (waitMs === 0) return undefined;
    return { ...refusal(429, 'too many requests from this address'), retryAfterMs: waitMs };
  }
}

function publishing({ name: fixed, identity }: Publisher): Caller {
  const id = knownId('publisher', identity);
  return { ok: true, author: (name) => ({ id, name: fixed ?? name ?? DEFAULT_NAME }) };
}
