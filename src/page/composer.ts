import { element } from './element.js';

/** Keyboards that can't say `isComposing` in time (Safari's) give this code (UI Events §7.3.1). */
const COMPOSING_KEY_CODE = 229;

/** From so few bytes on the reader is told how many are left. */
const FEW_LEFT = 200;

/** What a composer needs. */
export interface ComposerActions {
  /** Takes the text on its way. */
  say(text: string): void;
  /** How many bytes more than `text` could be sent; undefined if that is not known. */
  bytesLeft(text: string): number | undefined;
}

/**
 * Where a message is written. Enter sends, Shift+Enter starts a new line; what can't be sent stays
 * in the field.
 */
export class Composer {
  readonly #form = element('composer', HTMLFormElement);
  readonly #text = element('text', HTMLTextAreaElement);
  readonly #send = element('send', HTMLButtonElement);
  readonly #hint = element('hint', HTMLElement);
  readonly #actions: ComposerActions;
  #open = false;
  #quiet = false;
  #words = '';

  constructor(actions: ComposerActions) {
    this.#actions = actions;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener('keydown', (event) => this.#onKey(event));
    this.#text.addEventListener('input', () => this.#onInput());
  }

  /**
   * Opens or closes the way out; `hint` says in words why it is closed, or how it is used, and
   * stands out unless that is `quiet`.
   */
  allow(sending: boolean, hint: string, quiet = sending): void {
    this.#open = sending;
    this.#words = hint;
    this.#quiet = quiet;
    this.#measure();
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
    if (!this.#open || text.trim() === '' || !this.#text.reportValidity()) return;
    this.#actions.say(text);
    this.#text.value = '';
    this.#onInput();
  }

  #onInput(): void {
    this.#measure();
    // As many lines high as the text, up to the limit in the style sheet.
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  /** Says in time that the text gets too long; then it can't be sent. */
  #measure(): void {
    const left = this.#actions.bytesLeft(this.#text.value) ?? Infinity;
    const few = Math.min(FEW_LEFT, (this.#actions.bytesLeft('') ?? 0) / 5);
    const tooLong = left < 0 ? `Too long to send: ${-left} over the limit.` : '';
    this.#text.setCustomValidity(tooLong);
    this.#text.setAttribute('aria-invalid', String(left < 0));
    this.#form.classList.toggle('closed', !this.#quiet || left < 0);
    this.#send.disabled = !this.#open || left < 0;
    this.#hint.textContent =
      tooLong || (left <= few ? `${left} left. ${this.#words}` : this.#words);
  }
}
