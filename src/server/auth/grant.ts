import { cleanName, NAME_RULE } from '../../protocol/name.js';
import { knownId } from '../identity.js';
import type { Author } from '../log/log.js';
import { isRoomPattern, matchesRoom, ROOM_PATTERN_RULE } from './room-pattern.js';

/** What a token lets its holder do. */
export interface Grant {
  /** Who it is: makes the public id. */
  readonly sub: string;
  /** The display name, which the holder can't change then. */
  readonly name?: string;
  /** Patterns of the rooms it opens. */
  readonly rooms: readonly string[];
  /** Whether its holder may say something. */
  readonly write: boolean;
  /** When it ends, ms since 1970 by the wall clock. */
  readonly until: number;
}

/** The claims of a token, whose signature and times hold already. */
export type Claims = Readonly<Record<string, unknown>>;

/** A grant, or the claim that is wrong and what it takes. */
export type GrantRead =
  | { readonly ok: true; readonly grant: Grant }
  | { readonly ok: false; readonly claim: string; readonly takes: string };

const MAX_SUB_LENGTH = 256;
const MAX_PATTERNS = 100;

/**
 * Reads the claims of a token (RFC 7519 §4). `sub`, `exp` and `rooms` must be there: who it is, until
 * when, where. `write` is true if it is left out. What it doesn't know it ignores.
 *
 * @param graceMs how long after `exp` it still counts
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

/** Whether the grant is for this room too. */
export function opensRoom({ rooms }: Grant, room: string): boolean {
  return rooms.some((pattern) => matchesRoom(pattern, room));
}

/** Whether its holder may say something now: what is said too fast comes to its turn later. */
export function maySpeak({ write, until }: Grant): boolean {
  return write && Date.now() < until;
}

/** Who its holder is to others: the token's name, or else the one that they took. */
export function authorOf({ sub, name }: Grant, wanted: string): Author {
  return { id: knownId('sub', sub), name: name ?? wanted };
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
