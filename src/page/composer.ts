import { element } from './element.js';

/** Keyboards that can't say `isComposing` in time (Safari's) give this code (UI Events §7.3.1). */
const COMPOSING_KEY_CODE = 229;

/** Bytes left from which the hint counts them. */
const FEW_LEFT = 200;

const ONLY_TEXT = 'Only text can be sent.';

/** Time for which that is said, ms. */
const NOTICE_MS = 5000;

/** Actions of a composer. */
export interface ComposerActions {
  /** Sends the text. */
  send(text: string): void;
  /** How many more bytes fit into a message with `text`; undefined if unknown. */
  bytesLeft(text: string): number | undefined;
}

/**
 * The form for a message. Enter sends, Shift+Enter starts a new line. A text that can't be sent
 * stays in the field.
 */
export class Composer {
  readonly #form = element('composer', HTMLFormElement);
  readonly #text = element('text', HTMLTextAreaElement);
  readonly #send = element('send', HTMLButtonElement);
  readonly #hint = element('hint', HTMLElement);
  readonly #readOnly = element('read-only', HTMLElement);
  readonly #actions: ComposerActions;
  #enabled = false;
  #quiet = false;
  #hintText = '';
  /** Shown for a while instead of the hint. */
  #notice = '';
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(actions: ComposerActions) {
    this.#actions = actions;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener('keydown', (event) => this.#onKey(event));
    this.#text.addEventListener('input', () => this.#onInput());
    this.#text.addEventListener('paste', (event) => this.#refuseFiles(event, event.clipboardData));
    document.addEventListener('dragover', (event) => {
      if (hasFiles(event.dataTransfer)) event.preventDefault(); // else there is no 'drop'
    });
    // The browser would leave the page and open the file.
    document.addEventListener('drop', (event) => this.#refuseFiles(event, event.dataTransfer));
  }

  /** Enables or disables sending. `hint` says why, and is emphasized unless `quiet`. */
  setState(sending: boolean, hint: string, quiet = sending): void {
    this.#enabled = sending;
    this.#hintText = hint;
    this.#quiet = quiet;
    this.#update();
  }

  /** Shows the form, or for who may only read a line in its place. */
  showIf(mayWrite: boolean): void {
    this.#form.hidden = !mayWrite;
    this.#readOnly.hidden = mayWrite;
  }

  #onKey(event: KeyboardEvent): void {
    // While an input method composes, Enter picks a candidate.
    const composing = event.isComposing || event.keyCode === COMPOSING_KEY_CODE;
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    this.#submit();
  }

  /** Says that files can't be sent. An office program copies a text as an image too. */
  #refuseFiles(event: Event, data: DataTransfer | null): void {
    if (!hasFiles(data) || data?.types.includes('text/plain') === true) return;
    event.preventDefault();
    this.#notice = ONLY_TEXT;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => {
      this.#notice = '';
      this.#update();
    }, NOTICE_MS);
    this.#update();
  }

  #submit(): void {
    const text = this.#text.value;
    this.#text.focus(); // a phone's keyboard stays open
    if (!this.#enabled || text.trim() === '' || !this.#text.reportValidity()) return;
    this.#actions.send(text);
    this.#text.value = '';
    this.#onInput();
  }

  #onInput(): void {
    this.#update();
    // As high as the text, up to the limit in the style sheet.
    this.#text.style.height = 'auto';
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }

  /** Warns before the text gets too long, and keeps a longer one from being sent. */
  #update(): void {
    const left = this.#actions.bytesLeft(this.#text.value) ?? Infinity;
    const few = Math.min(FEW_LEFT, (this.#actions.bytesLeft('') ?? 0) / 5);
    const tooLong = left < 0 ? `Too long to send: ${-left} over the limit.` : '';
    this.#text.setCustomValidity(tooLong);
    this.#text.setAttribute('aria-invalid', String(left < 0));
    this.#form.classList.toggle('closed', !this.#quiet || left < 0 || this.#notice !== '');
    this.#send.disabled = !this.#enabled || left < 0;
    this.#hint.textContent =
      this.#notice || tooLong || (left <= few ? `${left} left. ${this.#hintText}` : this.#hintText);
  }
}

function hasFiles(data: DataTransfer | null): boolean {
  return data?.types.includes('Files') === true;
}
