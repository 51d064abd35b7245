import { likenessOf, type Person } from '../client/index.js';

/** Maximum number of names remembered. */
const MAX_NAMES = 10_000;

/** Finds names that more than one person has. */
export class People {
  readonly #idByName = new Map<string, string>();
  readonly #shared = new Set<string>();

  /** Adds a person. Returns true if the name has just become shared. */
  add({ id, name }: Person): boolean {
    const key = likenessOf(name);
    const first = this.#idByName.get(key);
    if (first === undefined) this.#remember(key, id);
    if (first === undefined || first === id || this.#shared.has(key)) return false;
    this.#shared.add(key);
    return true;
  }

  /** Whether two people have this name, or one that looks the same. */
  shares(name: string): boolean {
    return this.#shared.has(likenessOf(name));
  }

  #remember(key: string, id: string): void {
    if (this.#idByName.size >= MAX_NAMES) {
      this.#idByName.clear();
      this.#shared.clear();
    }
    this.#idByName.set(key, id);
  }
}

/** The part of a public id that tells people of one name apart. */
export function shortId(id: string): string {
  return id.slice(0, 4);
}
