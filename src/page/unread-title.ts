/** The page's title: the number of messages while it was hidden, and the room. */
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

  /** Sets the room. */
  setRoom(room: string): void {
    this.#title = `${room} · tickchat`;
    this.#show();
  }

  /** Counts a message if the page is hidden. */
  addUnread(): void {
    if (!document.hidden) return;
    this.#unread += 1;
    this.#show();
  }

  #show(): void {
    document.title = this.#unread === 0 ? this.#title : `(${this.#unread}) ${this.#title}`;
  }
}
