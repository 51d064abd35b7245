import type { Person } from '../client/index.js';

/** Names that are remembered: who invents new ones for ever must not fill the memory. */
const MAX_NAMES = 10_000;

/** Knows which names belong to more than one person. */
export class People {
  readonly #idByName = new Map<string, string>();
  readonly #shared = new Set<string>();

  /** Takes note of somebody; true if the name has just turned out to be shared. */
  meet({ id, name }: Person): boolean {
    const key = keyOf(name);
    const first = this.#idByName.get(key);
    if (first === undefined) this.#remember(key, id);
    if (first === undefined || first === id || this.#shared.has(key)) return false;
    this.#shared.add(key);
    return true;
  }

  /** Whether somebody else has the same name, or one that looks the same. */
  shares(name: string): boolean {
    return this.#shared.has(keyOf(name));
  }

  #remember(key: string, id: string): void {
    if (this.#idByName.size >= MAX_NAMES) {
      this.#idByName.clear();
      this.#shared.clear();
    }
    this.#idByName.set(key, id);
  }
}

/** As much of a public id as tells two people of the same name apart. */
export function shortId(id: string): string {
  return id.slice(0, 4);
}

function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
