import { element } from './element.js';

/** Time for which the button shows that the link was copied, ms. */
const COPIED_FOR_MS = 2500;
const COPY = 'Copy link';

/** Names and addresses that mean another machine to everybody else. */
const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/;

const THIS_MACHINE_ONLY =
  'Only this machine can open it: the server does not listen on the network, or there is none.';

/** Gives out the link to the room: by the clipboard, else in a sheet, to be copied by hand. */
export class ShareLink {
  readonly #copy = element('copy', HTMLButtonElement);
  readonly #copied = element('copied', HTMLElement);
  readonly #sheet = element('share', HTMLDialogElement);
  readonly #link = element('link', HTMLInputElement);
  readonly #warning = element('link-warning', HTMLElement);
  /** The page, as others reach it. */
  #page: URL | undefined = LOOPBACK.test(location.hostname) ? undefined : here();
  #room = '';

  constructor() {
    this.#copy.addEventListener('click', () => void this.#copyLink());
  }

  /** Offers the link to a room. */
  show(room: string): void {
    this.#room = room;
    this.#copy.hidden = false;
  }

  /** Asks the server how others reach the page, which was opened as one of this machine. */
  async #askForAddress(): Promise<void> {
    try {
      const response = await fetch('api/addresses');
      const { network } = (await response.json()) as { readonly network: readonly string[] };
      const [first] = network;
      if (first !== undefined) this.#page = new URL(first);
    } catch {
      // Not reachable now: the next click asks again.
    }
  }

  async #copyLink(): Promise<void> {
    try {
      if (this.#page === undefined) await this.#askForAddress();
      // A link for this machine only is not what was wanted: the sheet says so.
      if (this.#page === undefined) return this.#openSheet();
      await navigator.clipboard.writeText(this.#address);
      this.#showCopied();
    } catch {
      this.#openSheet(); // denied, or unavailable on a page over plain HTTP
    }
  }

  get #address(): string {
    const address = new URL(this.#page ?? here());
    address.searchParams.set('room', this.#room);
    return address.href;
  }

  #openSheet(): void {
    this.#link.value = this.#address;
    this.#warning.textContent = this.#page === undefined ? THIS_MACHINE_ONLY : '';
    this.#sheet.showModal();
    this.#link.select();
  }

  #showCopied(): void {
    this.#copy.textContent = 'Copied';
    this.#copied.textContent = 'Link copied';
    setTimeout(() => {
      this.#copy.textContent = COPY;
      this.#copied.textContent = '';
    }, COPIED_FOR_MS);
  }
}

/** The address of this page, without a query or a fragment. */
function here(): URL {
  return new URL(location.pathname, location.origin);
}
