import { element } from './element.js';

/** Keyboards that can't say `isComposing` in time (Safari's) give this code (UI Events §7.3.1). */
const COMPOSING_KEY_CODE = 229;

/**
 * Where a message is written. Enter sends, Shift+Enter starts a new line; what can't be sent stays
 * in the field.
 */
export class Composer {
  readonly #form = element('composer', HTMLFormElement);
  readonly #text = element('text', HTMLTextAreaElement);
  readonly #send = element('send', HTMLButtonElement);
  readonly #hint = element('hint', HTMLElement);
  readonly #say: (text: string) => boolean;
  #lastSaid = '';

  /** @param say takes the text on its way; false if it couldn't */
  constructor(say: (text: string) => boolean) {
    this.#say = say;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener('keydown', (event) => this.#onKey(event));
    this.#text.addEventListener('input', () => this.#fit());
  }

  /** Opens or closes the way out; `hint` says in words why it is closed, or how it is used. */
  allow(sending: boolean, hint: string): void {
    this.#send.disabled = !sending;
    this.#hint.textContent = hint;
    this.#form.classList.toggle('closed', !sending);
  }

  /** Puts back what was said last, to be changed, unless something else is being written. */
  takeBack(): void {
    if (this.#text.value === '') this.#text.value = this.#lastSaid;
    this.#fit();
  }

  #onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter picks a candidate.
    const composing = event.isComposing || event.keyCode === COMPOSING_KEY_CODE;
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    const text = this.#text.value;
    this.#text.focus(); // a phone's keyboard stays open
    if (text.trim() === '' || !this.#say(text)) return;
    this.#lastSaid = text;
    this.#text.value = '';
    this.#fit();
  }

  /** As many lines high as the text, up to the limit in the style sheet. */
  #fit(): void {
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
