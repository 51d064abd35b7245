/** Room of a client that names none. */
export const DEFAULT_ROOM = 'lobby';

/** Rule for room names, for error messages. */
export const ROOM_NAME_RULE = '1 to 64 of a-z, 0-9, "_" and "-", the first a letter or digit';

const ROOM_NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Whether `name` follows {@link ROOM_NAME_RULE}. */
export function isRoomName(name: string): boolean {
  return ROOM_NAME.test(name);
}
