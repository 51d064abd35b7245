/** A map of bounded size: the key that was used least recently leaves first. All in O(1). */
export class LruMap<Key, Value> {
  readonly #max: number;
  readonly #onEvicted: (value: Value) => void;
  /** In the order of their last use: a Map keeps the order of insertion. */
  readonly #values = new Map<Key, Value>();
  /** The key that was used last: to move it to the end again is needless. */
  #newest: Key | undefined;

  /**
   * @param max largest number of keys, at least 1
   * @param onEvicted called with each value that leaves because of the size
   */
  constructor(max: number, onEvicted: (value: Value) => void = () => {}) {
    this.#max = max;
    this.#onEvicted = onEvicted;
  }

  /** The value of `key`, without counting as a use. */
  peek(key: Key): Value | undefined {
    return this.#values.get(key);
  }

  /** The value of `key`; the key was used last now. `make` makes it if there is none. */
  use(key: Key, make: () => Value): Value {
    const value = this.#values.get(key) ?? make();
    this.set(key, value);
    return value;
  }

  /** Sets the value of `key`; the key was used last now. */
  set(key: Key, value: Value): void {
    if (key !== this.#newest && !this.#values.delete(key) && this.#values.size >= this.#max) {
      this.evict();
    }
    this.#values.set(key, value);
    this.#newest = key;
  }

  /** Drops the key that was used least recently, if there is one. */
  evict(): void {
    for (const [key, value] of this.#values) {
      this.#values.delete(key);
      if (key === this.#newest) this.#newest = undefined;
      return this.#onEvicted(value);
    }
  }

  clear(): void {
    this.#values.clear();
    this.#newest = undefined;
  }
}
