import { element } from './element.js';
import { ShareLink } from './share-link.js';

/** Shows the room and the number of people in it, and offers its link. */
export class RoomPanel {
  readonly #room = element('room', HTMLElement);
  readonly #online = element('online', HTMLElement);
  readonly #link = new ShareLink();

  /** Shows the room's name. */
  show(room: string): void {
    this.#room.textContent = room;
    this.#link.show(room);
  }

  /** Shows the number of people in the room. */
  showOnline(online: number): void {
    this.#online.textContent = `${online} here`;
  }

  /** Shows no number: it is unknown while disconnected. */
  hideOnline(): void {
    this.#online.textContent = '';
  }
}
