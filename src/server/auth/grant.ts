import { cleanName, NAME_RULE } from '../../protocol/name.js';
import { publicIdOfIdentity } from './identity.js';
import type { Author } from '../log/log.js';
import { isRoomPattern, matchesRoom, ROOM_PATTERN_RULE } from './room-pattern.js';

/** Rights of a client. */
export interface Grant {
  /** Subject of the token, which makes the public id. An anonymous client has none. */
  readonly sub?: string;
  /** The display name, if the token fixes it. */
  readonly name?: string;
  /** Patterns of the rooms it opens. */
  readonly rooms: readonly string[];
  /** Whether it permits writing. */
  readonly write: boolean;
  /** Expiry, ms since 1970 by the wall clock. */
  readonly until: number;
}

/** The grant of every client on a server without authentication: permits everything, for ever. */
export const OPEN_GRANT: Grant = { rooms: ['*'], write: true, until: Infinity };

/** The claims of a token whose signature and times are valid. */
export type Claims = Readonly<Record<string, unknown>>;

/** A grant, or the invalid claim and the values that it takes. */
export type GrantRead =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly claim: string; readonly takes: string };

/** Maximum length of `sub`, in characters. */
const MAX_SUB_LENGTH = 256;
/** Maximum number of room patterns in a token. */
const MAX_PATTERNS = 100;

/**
 * Reads the claims of a token (RFC 7519 §4). `sub`, `exp` and `rooms` are required; `write` is true
 * by default. Unknown claims are ignored.
 *
 * @param graceMs time after `exp` for which the grant is still valid, ms
 */
export function readGrant(
  { sub, name, rooms, write = true, exp }: Claims,
  graceMs: number,
): GrantRead {
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUB_LENGTH) {
    return fault('sub', `1 to ${MAX_SUB_LENGTH} characters`);
  }
  if (typeof exp !== 'number' || !Number.isFinite(exp)) return fault('exp', 'a time');
  if (!isPatterns(rooms))
    return fault('rooms', `a list of up to ${MAX_PATTERNS}, each ${ROOM_PATTERN_RULE}`);
  if (typeof write !== 'boolean') return fault('write', 'true or false');
  const cleaned = typeof name === 'string' ? cleanName(name) : undefined;
  if (name !== undefined && cleaned === undefined) return fault('name', NAME_RULE);
  const until = exp * 1000 + graceMs;
  const named = cleaned === undefined ? {} : { name: cleaned };
  return { ok: true, grant: { sub, ...named, rooms, write, until } };
}

/** Whether the grant opens a room. */
export function opensRoom({ rooms }: Grant, room: string): boolean {
  return rooms.some((pattern) => matchesRoom(pattern, room));
}

/**
 * Whether the grant permits writing at this moment. A text of a client over its rate may be handled
 * after the grant has ended.
 */
export function mayWrite({ write, until }: Grant): boolean {
  return write && (until === Infinity || Date.now() < until);
}

/**
 * The author that messages are recorded with. The name of the token wins over the requested one.
 *
 * @param name requested display name
 * @param anonymousId makes the public id of a client without a subject
 */
export function authorOf(grant: Grant, name: string, anonymousId: () => string): Author {
  const id = grant.sub === undefined ? anonymousId() : publicIdOfIdentity('sub', grant.sub);
  return { id, name: grant.name ?? name };
}

function isPatterns(rooms: unknown): rooms is string[] {
  return (
    Array.isArray(rooms) &&
    rooms.length <= MAX_PATTERNS &&
    rooms.every((room) => typeof room === 'string' && isRoomPattern(room))
  );
}

function fault(claim: string, takes: string): GrantRead {
  return { ok: false, claim, takes };
}
