import { Kept } from './kept.js';

/**
 * The token that the reader came with: in the fragment of the address (`#token=…`), which browsers
 * send to no server. It is taken out of the address at once, so that it isn't shown, copied or kept
 * in the history, and stays with the tab. Put into the address of the open page, it starts the page
 * anew: it may be for somebody else.
 */
export class PageToken {
  readonly #kept = new Kept(() => sessionStorage, 'token');
  readonly #token: string | undefined;

  constructor() {
    this.#token = this.#take() ?? this.#kept.read();
    addEventListener('hashchange', () => {
      if (this.#take() !== undefined) location.reload();
    });
  }

  /** Undefined if there is none. */
  read(): string | undefined {
    return this.#token === '' ? undefined : this.#token;
  }

  #take(): string | undefined {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (token === null) return undefined;
    this.#kept.write(token);
    history.replaceState(history.state, '', location.pathname + location.search);
    return token;
  }
}
