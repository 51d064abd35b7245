import { DEFAULT_ROOM, isRoomName, ROOM_NAME_RULE } from '../protocol/room-name.js';

/** Where a page's WebSocket is and which room that is; or why there is none, for a person. */
export type Address =
  | { readonly ok: true; readonly url: string; readonly room: string }
  | { readonly ok: false; readonly error: string };

/** As much as an error shows of a name that may be as long as an address can be. */
const MAX_SHOWN = 80;

/**
 * The WebSocket that belongs to the page at `pageUrl`: `ws` beside it, so that a path put before
 * both by a proxy stays, over TLS if the page came so. The page's `?room=NAME` is passed on.
 */
export function addressOf(pageUrl: string): Address {
  const page = new URL(pageUrl);
  const room = page.searchParams.get('room');
  if (room !== null && !isRoomName(room)) {
    const shown = room.length > MAX_SHOWN ? `${room.slice(0, MAX_SHOWN)}…` : room;
    return { ok: false, error: `“${shown}” can’t be the name of a room: ${ROOM_NAME_RULE}.` };
  }
  const url = new URL('ws', page);
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  if (room !== null) url.searchParams.set('room', room);
  return { ok: true, url: url.href, room: room ?? DEFAULT_ROOM };
}
