/** Describes a valid pattern, for error messages. */
export const ROOM_PATTERN_RULE = 'a room, or a pattern such as class-* where * stands for anything';

const ROOM_PATTERN = /^[a-z0-9*][a-z0-9*_-]{0,63}$/;

/** Whether `text` can be a pattern: see {@link ROOM_PATTERN_RULE}. */
export function isRoomPattern(text: string): boolean {
  return ROOM_PATTERN.test(text);
}

/**
 * Whether `pattern` matches `room`: each `*` stands for any characters, or none. Takes time
 * proportional to the length of both, whatever the pattern.
 */
export function matchesRoom(pattern: string, room: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === room;
  if (!room.startsWith(head)) return false;
  // The first match of each piece is the best one: it leaves most for the pieces after it.
  let from = head.length;
  for (const piece of rest) {
    const at = room.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return room.length - tail.length >= from && room.endsWith(tail);
}
