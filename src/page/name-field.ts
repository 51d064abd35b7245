import { cleanName, MAX_NAME_LENGTH } from '../client/index.js';
import { element } from './element.js';
import { StoredValue } from './stored-value.js';

/** Default names, with a number added. */
const BIRDS = ['Avocet', 'Bunting', 'Curlew', 'Dipper', 'Egret', 'Finch', 'Gannet', 'Heron'];
const MORE_BIRDS = ['Ibis', 'Jay', 'Kite', 'Linnet', 'Merlin', 'Osprey', 'Plover', 'Wren'];

/** The field for the user's name: stored, changeable at any time, never asked for. */
export class NameField {
  readonly #input = element('name', HTMLInputElement);
  readonly #stored = new StoredValue(() => localStorage, 'name');
  readonly #rename: (name: string) => void;
  #name: string;
  readonly #offered = new Set<string>();
  #fixed: string | undefined;

  /** @param rename sends the name; throws if it is invalid */
  constructor(rename: (name: string) => void) {
    this.#rename = rename;
    this.#name = cleanName(this.#stored.read() ?? '') ?? randomName();
    this.#input.value = this.#name;
    this.#offered.add(this.#name.trim());
    this.#stored.write(this.#name);
    this.#input.addEventListener('input', () => this.#shorten());
    this.#input.addEventListener('change', () => this.#take(this.#input.value));
    this.#input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return;
      event.preventDefault(); // it would submit the message
      element('text', HTMLTextAreaElement).focus();
    });
    this.#stored.onChange((name) => this.#take(name)); // in another tab
  }

  /** `maxlength` would count the halves of emoji; the server counts characters. */
  #shorten(): void {
    const characters = Array.from(this.#input.value);
    if (characters.length > MAX_NAME_LENGTH) {
      this.#input.value = characters.slice(0, MAX_NAME_LENGTH).join('');
    }
  }

  get name(): string {
    return this.#name;
  }

  /** Shows the server's name for the user. One never asked for comes from a token: read-only. */
  showName(name: string): void {
    if (!this.#offered.has(name)) this.makeReadOnly(name);
  }

  /** Makes the field read-only: the server allows no other name. */
  makeReadOnly(name = this.#name): void {
    this.#fixed = name;
    this.#input.readOnly = true;
    this.#input.value = name;
  }

  /** Takes a name; restores the last one if it is invalid. */
  #take(name: string): void {
    if (this.#fixed !== undefined) return;
    try {
      this.#rename(name);
      this.#name = name.trim();
      this.#offered.add(this.#name);
      if (this.#stored.read() !== this.#name) this.#stored.write(this.#name);
    } catch {
      // Invalid: the field shows the last name again.
    }
    this.#input.value = this.#name;
  }
}

function randomName(): string {
  const birds = [...BIRDS, ...MORE_BIRDS];
  const bird = birds[Math.floor(Math.random() * birds.length)] ?? 'Wren';
  return `${bird} ${10 + Math.floor(Math.random() * 90)}`;
}
