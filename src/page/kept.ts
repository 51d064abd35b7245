/** What the browser keeps for this page, as far as it lets us: private windows may not. */
export class Kept {
  readonly #storage: () => Storage;
  readonly #key: string;

  /** @param storage `() => localStorage`, or the session's: only looking at it may throw */
  constructor(storage: () => Storage, key: string) {
    this.#storage = storage;
    this.#key = `tickchat.${key}`;
  }

  /** What was kept; undefined if nothing was. */
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
      // Not kept, then: the page works without.
    }
  }

  /** Calls `listener` when another tab has written something else. */
  onChange(listener: (value: string) => void): void {
    addEventListener('storage', ({ key, newValue }) => {
      if (key === this.#key && newValue !== null) listener(newValue);
    });
  }
}
