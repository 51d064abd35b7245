/** What a pattern of rooms is, for error messages. */
export const ROOM_PATTERN_RULE = 'a room, or a pattern such as class-* where * stands for anything';

const ROOM_PATTERN = /^[a-z0-9*][a-z0-9*_-]{0,63}$/;

/** Whether `text` can be a pattern: see {@link ROOM_PATTERN_RULE}. */
export function isRoomPattern(text: string): boolean {
  return ROOM_PATTERN.test(text);
}

/**
 * Whether `room` is one of those that `pattern` means: each `*` in it stands for any run of
 * characters, none too. Takes time in proportion to the length of both, whatever the pattern.
 */
export function matchesRoom(pattern: string, room: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return pattern === room;
  if (!room.startsWith(head)) return false;
  // What stands first is the best choice for each piece: it leaves most for those after it.
  let from = head.length;
  for (const piece of rest) {
    const at = room.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return room.length - tail.length >= from && room.endsWith(tail);
}
