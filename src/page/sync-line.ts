import type { Clock } from '../client/index.js';
import { element } from './element.js';

/** Says, quietly, how well the clock agrees with the server's. */
export class SyncLine {
  readonly #line = element('sync', HTMLElement);
  #words = '';

  show({ synced, error }: Clock): void {
    this.#say(synced ? `in sync ± ${Math.ceil(error)} ms` : 'setting the clock');
  }

  hide(): void {
    this.#say('');
  }

  /** A tick may be short: nothing is touched that stays the same. */
  #say(words: string): void {
    if (words === this.#words) return;
    this.#words = words;
    this.#line.textContent = words;
  }
}
