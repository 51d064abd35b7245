import type { Clock } from '../client/index.js';
import { element } from './element.js';

/** Shows how well the clock agrees with the server's. */
export class SyncLine {
  readonly #line = element('sync', HTMLElement);
  #words = '';

  show({ synced, error }: Clock): void {
    this.#show(synced ? `in sync ± ${Math.ceil(error)} ms` : 'setting the clock');
  }

  hide(): void {
    this.#show('');
  }

  /** Touches the page only on change: ticks can be short. */
  #show(words: string): void {
    if (words === this.#words) return;
    this.#words = words;
    this.#line.textContent = words;
  }
}
