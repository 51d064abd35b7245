import { isKey, KEY_RULE } from '../protocol/key.js';
import { cleanName, NAME_RULE } from '../protocol/name.js';
import { isRoomName, ROOM_NAME_RULE } from '../protocol/room-name.js';
import { isTicks, TICKS_RULE, type Join, type Position, type Ticks } from '../protocol/v1.js';
import { TickchatError } from './state.js';

/** A token, or a function that returns the current one; it is called at each connection. */
export type TokenSource = string | (() => string | undefined);

/** The part of `join` that is the same for every connection. */
export interface Introduction extends Omit<Join, 'after' | 'token'> {
  readonly token?: TokenSource | undefined;
  readonly ticks: Ticks;
}

/**
 * Checks what the app has given. The room of an address is left to the server: it answers there.
 *
 * @throws {TickchatError} `bad_name`, `bad_room`, `bad_key` or `bad_ticks`
 */
export function checkJoin({ name, room, key, ticks }: Omit<Join, 'after' | 'token'>): void {
  if (name !== undefined) nameOf(name);
  if (room !== undefined && !isRoomName(room)) {
    throw new TickchatError('bad_room', `a room is ${ROOM_NAME_RULE}`);
  }
  if (key !== undefined && !isKey(key)) throw new TickchatError('bad_key', `a key is ${KEY_RULE}`);
  if (ticks !== undefined && !isTicks(ticks)) {
    throw new TickchatError('bad_ticks', `ticks takes ${TICKS_RULE}`);
  }
}

/** A name, trimmed. @throws {TickchatError} `bad_name` */
export function nameOf(name: string): string {
  const cleaned = cleanName(name);
  if (cleaned === undefined) throw new TickchatError('bad_name', `a name is ${NAME_RULE}`);
  return cleaned;
}

/** The `join` of one connection: with the current token and name, after the last position. */
export function joinOf(
  { token, ...introduction }: Introduction,
  name: string | undefined,
  after: Position | undefined,
): Join {
  return {
    ...introduction,
    name: name ?? introduction.name,
    token: typeof token === 'function' ? token() : token,
    after,
  };
}
