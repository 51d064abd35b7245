import type { Transport } from '../client/index.js';
import { element } from './element.js';

/** The user's remedies for a connection that has stopped. */
export interface ConnectionActions {
  readonly again: () => void;
  /** @param text a token, or a link that has one */
  readonly useToken: (text: string) => void;
}

/** Shows the state of the connection, and after a stop its reason with a remedy. */
export class ConnectionPanel {
  readonly #status = element('status', HTMLElement);
  readonly #state = element('state', HTMLElement);
  readonly #countdown = element('countdown', HTMLElement);
  readonly #notice = element('notice', HTMLElement);
  readonly #reason = element('reason', HTMLElement);
  readonly #again = element('again', HTMLButtonElement);
  readonly #toRoom = element('to-room', HTMLAnchorElement);
  readonly #toLobby = element('to-lobby', HTMLAnchorElement);
  readonly #tokenForm = element('token-form', HTMLFormElement);
  readonly #token = element('token', HTMLInputElement);
  #counting: ReturnType<typeof setInterval> | undefined;

  constructor({ again, useToken }: ConnectionActions) {
    this.#again.addEventListener('click', () => {
      again();
      element('text', HTMLTextAreaElement).focus(); // the focused button is hidden now
    });
    this.#tokenForm.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#token.value.trim() !== '') useToken(this.#token.value);
    });
  }

  connecting(): void {
    this.#show('connecting', 'Connecting');
  }

  connected(transport: Transport): void {
    const words = transport === 'sse' ? 'Connected without WebSocket' : 'Connected';
    this.#show('connected', words);
  }

  /** Shows a countdown to the next attempt. Screen readers skip it: it changes each second. */
  reconnectingIn(delayMs: number): void {
    this.#show('reconnecting', 'Reconnecting');
    const dueAt = performance.now() + delayMs;
    const count = () => {
      const leftSeconds = Math.ceil((dueAt - performance.now()) / 1000);
      this.#countdown.textContent = leftSeconds > 0 ? `in ${leftSeconds} s` : '';
    };
    count();
    this.#counting = setInterval(count, 250);
  }

  /** Shows that the connection has stopped for `reason`, and a button to connect again. */
  stopped(reason: string): void {
    this.#show('stopped', 'Disconnected');
    this.#explain(reason, this.#again);
  }

  /** Shows that the connection has stopped for `reason`, and a field for another token. */
  needsToken(reason: string): void {
    this.#show('stopped', 'Disconnected');
    this.#explain(reason, this.#tokenForm);
  }

  /**
   * Shows that the room's name is invalid for `reason`, with a link to the lobby, and one to the
   * room that may have been meant.
   */
  noSuchRoom(reason: string, meant: string | undefined): void {
    this.#show('stopped', 'Not connected');
    this.#explain(reason, this.#toLobby);
    this.#toRoom.hidden = meant === undefined;
    if (meant === undefined) return;
    this.#toRoom.href = `?${new URLSearchParams({ room: meant }).toString()}`;
    this.#toRoom.textContent = `Go to ${meant}`;
  }

  #show(state: string, words: string): void {
    clearInterval(this.#counting);
    this.#countdown.textContent = '';
    this.#status.dataset['state'] = state;
    this.#state.textContent = words;
    this.#notice.hidden = true;
  }

  #explain(reason: string, remedy: HTMLElement): void {
    this.#notice.hidden = false;
    this.#reason.textContent = reason;
    this.#again.hidden = remedy !== this.#again;
    this.#toLobby.hidden = remedy !== this.#toLobby;
    this.#tokenForm.hidden = remedy !== this.#tokenForm;
    this.#toRoom.hidden = true;
  }
}
