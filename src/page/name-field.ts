import { element } from './element.js';
import { Kept } from './kept.js';

/** Who has told no name gets one of these and a number: better to talk to than "guest". */
const BIRDS = ['Avocet', 'Bunting', 'Curlew', 'Dipper', 'Egret', 'Finch', 'Gannet', 'Heron'];
const MORE_BIRDS = ['Ibis', 'Jay', 'Kite', 'Linnet', 'Merlin', 'Osprey', 'Plover', 'Wren'];

/** The reader's name: kept, changed at any time, never asked for. */
export class NameField {
  readonly #input = element('name', HTMLInputElement);
  readonly #kept = new Kept(() => localStorage, 'name');
  readonly #rename: (name: string) => void;
  #name: string;
  readonly #offered = new Set<string>();
  #fixed: string | undefined;

  /** @param rename tells the others; throws if that can be no name */
  constructor(rename: (name: string) => void) {
    this.#rename = rename;
    this.#name = this.#kept.read() ?? randomName();
    this.#input.value = this.#name;
    this.#offered.add(this.#name.trim());
    this.#kept.write(this.#name);
    this.#input.addEventListener('change', () => this.#take(this.#input.value));
    this.#input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault(); // it would send what stands in the other field
      element('text', HTMLTextAreaElement).focus();
    });
    this.#kept.onChange((name) => this.#take(name)); // in another tab
  }

  get name(): string {
    return this.#name;
  }

  /** The server calls the reader so: if they never asked for it, a token says it, and it stays. */
  meet(name: string): void {
    if (!this.#offered.has(name)) this.fix(name);
  }

  /** The server lets the reader have no other name. */
  fix(name = this.#name): void {
    this.#fixed = name;
    this.#input.readOnly = true;
    this.#input.value = name;
  }

  /** What can be no name, an empty field above all, is taken back. */
  #take(name: string): void {
    if (this.#fixed !== undefined) return;
    try {
      this.#rename(name);
      this.#name = name.trim();
      this.#offered.add(this.#name);
      if (this.#kept.read() !== this.#name) this.#kept.write(this.#name);
    } catch {
      // The field shows again what the others see.
    }
    this.#input.value = this.#name;
  }
}

function randomName(): string {
  const birds = [...BIRDS, ...MORE_BIRDS];
  const bird = birds[Math.floor(Math.random() * birds.length)] ?? 'Wren';
  return `${bird} ${10 + Math.floor(Math.random() * 90)}`;
}
