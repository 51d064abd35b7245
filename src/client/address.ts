/** A server's WebSocket address, and the room that the address names. */
export interface Address {
  readonly url: string;
  readonly room: string | undefined;
}

/**
 * The WebSocket of `address`. A `ws:` or `wss:` address is kept. For a page it is `ws` beside the
 * page, so that a proxy's path prefix is kept, with TLS if the page has it. A last segment without
 * a dot is a folder, with its slash or without: `/chat` is `/chat/`; and `/ws` is the WebSocket.
 * `?room=NAME` is sent in `join` instead: the server answers a bad name there.
 *
 * @param base base of a relative address
 * @throws {TypeError} if it is not an address of http, https, ws or wss
 */
export function addressOf(address: string | URL, base?: string): Address {
  const page = new URL(address, base);
  const isPage = /^https?:$/.test(page.protocol);
  if (!isPage && !/^wss?:$/.test(page.protocol)) {
    throw new TypeError(`not an address of http, https, ws or wss: ${page.href}`);
  }
  const url = new URL(page);
  const path = page.pathname.replace(/\/ws\/?$/, '/ws');
  url.pathname = isPage && !path.endsWith('/ws') ? `${folderOf(path)}ws` : path;
  if (isPage) url.search = '';
  url.protocol = /^(https|wss):$/.test(page.protocol) ? 'wss:' : 'ws:';
  url.searchParams.delete('room');
  url.hash = ''; // a WebSocket's address has no fragment (RFC 6455 §3)
  return { url: url.href, room: page.searchParams.get('room') ?? undefined };
}

/** The folder of a page, with its slash. */
function folderOf(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  if (file === '') return path;
  return file.includes('.') ? path.slice(0, -file.length) : `${path}/`;
}
