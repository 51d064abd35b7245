/** The title of the page: how many messages came while nobody looked, and which room it is. */
export class UnreadTitle {
  #title = document.title;
  #unread = 0;

  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      this.#unread = 0;
      this.#show();
    });
  }

  /** This is the room. */
  name(room: string): void {
    this.#title = `${room} · tickchat`;
    this.#show();
  }

  /** A message came. */
  count(): void {
    if (!document.hidden) return;
    this.#unread += 1;
    this.#show();
  }

  #show(): void {
    document.title = this.#unread === 0 ? this.#title : `(${this.#unread}) ${this.#title}`;
  }
}
