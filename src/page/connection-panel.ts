import type { Transport } from '../client/index.js';
import { element } from './element.js';

/** Says how the connection is, why it ended, and offers what can be done about it. */
export class ConnectionPanel {
  readonly #status = element('status', HTMLElement);
  readonly #state = element('state', HTMLElement);
  readonly #countdown = element('countdown', HTMLElement);
  readonly #notice = element('notice', HTMLElement);
  readonly #reason = element('reason', HTMLElement);
  readonly #again = element('again', HTMLButtonElement);
  readonly #toLobby = element('to-lobby', HTMLAnchorElement);
  #counting: ReturnType<typeof setInterval> | undefined;

  /** @param again connects again, when the reader asks for it */
  constructor(again: () => void) {
    this.#again.addEventListener('click', () => {
      again();
      element('text', HTMLTextAreaElement).focus(); // the button that had the focus is gone
    });
  }

  connecting(): void {
    this.#show('connecting', 'Connecting');
  }

  connected(transport: Transport): void {
    const words = transport === 'events' ? 'Connected without WebSocket' : 'Connected';
    this.#show('connected', words);
  }

  /** Counts down to the next attempt. Only seen: read aloud, it would never be quiet. */
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

  /** The connection ended for good, and `reason` is why; the reader may start it again. */
  stopped(reason: string): void {
    this.#show('stopped', 'Disconnected');
    this.#explain(reason, this.#again);
  }

  /** There can't be such a room, and `reason` is why. */
  noSuchRoom(reason: string): void {
    this.#show('stopped', 'Not connected');
    this.#explain(reason, this.#toLobby);
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
  }
}
