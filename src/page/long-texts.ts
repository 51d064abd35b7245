import { quietButton } from './quiet-button.js';

/** Shorter texts of fewer lines are never over 12 lines, on the narrowest screen. */
const MAY_BE_LONG = 120;
const LINES = 12;

const SHOW_ALL = 'Show all';
const SHOW_LESS = 'Show less';

/** Collapses texts of more than 12 lines (the style sheet's limit), with a button to show all. */
export class LongTexts {
  readonly #onChange: (toggled: boolean) => void;
  readonly #buttons = new WeakMap<Element, HTMLButtonElement>();
  readonly #sizes = new ResizeObserver((entries) => this.#onSizes(entries));

  /** @param onChange called after heights have changed; `toggled` if the user has done it */
  constructor(onChange: (toggled: boolean) => void) {
    this.#onChange = onChange;
  }

  /** Collapses `text` while it is too long for its width. Returns what to show below it. */
  watch(text: HTMLElement): HTMLElement[] {
    const content = text.textContent;
    if (content.length <= MAY_BE_LONG && content.split('\n').length <= LINES) return [];
    const button = quietButton(SHOW_ALL, () => this.#toggle(text, button));
    button.classList.add('more');
    button.hidden = true;
    text.classList.add('collapsed');
    this.#label(text, button);
    this.#buttons.set(text, button);
    this.#sizes.observe(text);
    return [button];
  }

  #toggle(text: HTMLElement, button: HTMLButtonElement): void {
    text.classList.toggle('cut', text.classList.toggle('collapsed'));
    this.#label(text, button);
    this.#onChange(true);
    if (text.classList.contains('collapsed')) text.scrollIntoView({ block: 'nearest' });
  }

  #label(text: HTMLElement, button: HTMLButtonElement): void {
    const collapsed = text.classList.contains('collapsed');
    button.textContent = collapsed ? SHOW_ALL : SHOW_LESS;
    button.setAttribute('aria-expanded', String(!collapsed));
  }

  #onSizes(entries: readonly ResizeObserverEntry[]): void {
    for (const { target } of entries) {
      const button = this.#buttons.get(target);
      if (!target.isConnected) this.#sizes.unobserve(target);
      else if (button !== undefined && target.classList.contains('collapsed')) {
        const cut = target.scrollHeight > target.clientHeight;
        target.classList.toggle('cut', cut); // does not change its size
        button.hidden = !cut;
      }
    }
    this.#onChange(false);
  }
}
