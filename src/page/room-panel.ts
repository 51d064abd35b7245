import { element } from './element.js';

/** How long the button says that it has done its work, ms. */
const COPIED_FOR_MS = 2500;
const COPY = 'Copy link';

/** Says which room this is and how many are in it, and gives out its address. */
export class RoomPanel {
  readonly #room = element('room', HTMLElement);
  readonly #online = element('online', HTMLElement);
  readonly #copy = element('copy', HTMLButtonElement);
  readonly #copied = element('copied', HTMLElement);
  readonly #link = element('link', HTMLInputElement);
  #address = '';

  constructor() {
    this.#copy.addEventListener('click', () => void this.#copyLink());
    this.#link.addEventListener('blur', () => (this.#link.hidden = true));
  }

  /** This is the room. */
  show(room: string): void {
    const address = new URL(location.pathname, location.origin);
    address.searchParams.set('room', room);
    this.#address = address.href;
    this.#room.textContent = room;
    this.#copy.hidden = false;
  }

  /** So many are here. */
  count(online: number): void {
    this.#online.textContent = `${online} here`;
  }

  /** How many are here is not known while there is no connection. */
  uncount(): void {
    this.#online.textContent = '';
  }

  async #copyLink(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.#address);
      this.#say('Copied');
    } catch {
      this.#offer(); // not allowed, or not there on a page that came over plain HTTP
    }
  }

  /** The reader copies it by hand. */
  #offer(): void {
    this.#link.value = this.#address;
    this.#link.hidden = false;
    this.#link.focus();
    this.#link.select();
  }

  #say(words: string): void {
    this.#copy.textContent = words;
    this.#copied.textContent = 'Link copied';
    setTimeout(() => {
      this.#copy.textContent = COPY;
      this.#copied.textContent = '';
    }, COPIED_FOR_MS);
  }
}
