import { DEFAULT_ROOM, isRoomName, ROOM_NAME_RULE } from '../protocol/room-name.js';

/** Where a page's WebSocket is and which room that is; or why there is none, for a person. */
export type Address =
  | { readonly ok: true; readonly url: string; readonly room: string }
  | { readonly ok: false; readonly error: string };

/**
 * The WebSocket that belongs to the page at `pageUrl`: `ws` beside it, so that a path put before
 * both by a proxy stays, over TLS if the page came so. The page's `?room=NAME` is passed on.
 */
export function addressOf(pageUrl: string): Address {
  const page = new URL(pageUrl);
  const room = page.searchParams.get('room');
  if (room !== null && !isRoomName(room)) {
    return { ok: false, error: `“${room}” can’t be the name of a room: ${ROOM_NAME_RULE}.` };
  }
  const url = new URL('ws', page);
  url.protocol = page.protocol === 'https:' ? 'wss:' : 'ws:';
  if (room !== null) url.searchParams.set('room', room);
  return { ok: true, url: url.href, room: room ?? DEFAULT_ROOM };
}
