/**
 * Folder of the page, without the slash of the root: servers below one origin don't share what they
 * store.
 */
const PLACE = new URL('.', location.href).pathname.slice(1);

/** A value in the browser's storage. Where storage is denied, nothing is stored. */
export class StoredValue {
  readonly #storage: () => Storage;
  readonly #key: string;

  /** @param storage `() => localStorage` or `() => sessionStorage`: access to either can throw */
  constructor(storage: () => Storage, key: string) {
    this.#storage = storage;
    this.#key = `tickchat.${PLACE}${key}`;
  }

  /** The stored value; undefined if there is none. */
  read(): string | undefined {
    try {
      return this.#storage().getItem(this.#key) ?? undefined;
    } catch {
      return undefined;
    }
  }

  write(value: string): void {
    try {
      this.#storage().setItem(this.#key, value);
    } catch {
      // Storage is denied or full: the page works without it.
    }
  }

  /** Calls `listener` when another tab has changed the value. */
  onChange(listener: (value: string) => void): void {
    addEventListener('storage', ({ key, newValue }) => {
      if (key === this.#key && newValue !== null) listener(newValue);
    });
  }
}
