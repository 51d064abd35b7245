/** Where a server's WebSocket is, and the room that the address names. */
export interface Address {
  readonly url: string;
  readonly room: string | undefined;
}

/**
 * The WebSocket that `address` leads to. For `ws:` and `wss:` it is the address itself, for a page
 * `ws` beside it, so that a path put before both by a proxy stays, over TLS if the page came so.
 * `?room=NAME` is left to `join`, where a name that can't be one gets an answer.
 *
 * @param base what a relative address is relative to
 * @throws {TypeError} if that is no address
 */
export function addressOf(address: string | URL, base?: string): Address {
  const page = new URL(address, base);
  const isPage = /^https?:$/.test(page.protocol);
  if (!isPage && !/^wss?:$/.test(page.protocol)) {
    throw new TypeError(`not an address of http, https, ws or wss: ${page.href}`);
  }
  const url = isPage ? new URL('ws', page) : new URL(page);
  url.protocol = /^(https|wss):$/.test(page.protocol) ? 'wss:' : 'ws:';
  url.searchParams.delete('room');
  url.hash = ''; // a WebSocket's address has none (RFC 6455 §3)
  return { url: url.href, room: page.searchParams.get('room') ?? undefined };
}
