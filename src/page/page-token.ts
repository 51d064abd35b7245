import { StoredValue } from './stored-value.js';

/**
 * The user's token, from the fragment of the address (`#token=…`), which browsers don't send to
 * servers. It is removed from the address at once, so that it isn't shown, copied or kept in the
 * history, and stored for the tab. A token put into the address of the open page reloads the page:
 * it may belong to another user.
 */
export class PageToken {
  readonly #stored = new StoredValue(() => sessionStorage, 'token');
  readonly #token: string | undefined;

  constructor() {
    this.#token = this.#take() ?? this.#stored.read();
    addEventListener('hashchange', () => {
      if (this.#take() !== undefined) location.reload();
    });
  }

  /** The token; undefined if there is none. */
  read(): string | undefined {
    return this.#token === '' ? undefined : this.#token;
  }

  /** Stores a token, or that of a link, and loads the page again, in the room of the link. */
  enter(text: string): void {
    const [address = '', fragment = text] = text.trim().split('#');
    this.#stored.write(new URLSearchParams(fragment).get('token') ?? fragment.trim());
    const room = new URLSearchParams(address.split('?')[1]).get('room');
    const search = room === null ? location.search : `?${new URLSearchParams({ room })}`;
    if (search === location.search) location.reload();
    else location.search = search;
  }

  #take(): string | undefined {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token === null) return undefined;
    this.#stored.write(token);
    history.replaceState(history.state, '', location.pathname + location.search);
    return token;
  }
}
