/**
 * What has arrived so far, and a way to wait for more without sleeping: {@link until} resolves as
 * soon as its condition holds, checked at each arrival.
 */
export class Inbox<T> {
  readonly items: T[] = [];
  #watchers: Array<() => boolean> = [];

  push(item: T): void {
    this.items.push(item);
    this.changed();
  }

  /** Something else that a condition looks at has changed. */
  changed(): void {
    this.#watchers = this.#watchers.filter((holds) => !holds());
  }

  /**
   * Resolves with what has arrived once `holds`; rejects, saying what is missing, if it takes long.
   */
  until(what: string, holds: (items: readonly T[]) => boolean, timeoutMs = 10_000): Promise<T[]> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#watchers = this.#watchers.filter((other) => other !== watcher);
        const last = JSON.stringify(this.items.slice(-5)).slice(0, 500);
        reject(
          new Error(`no ${what} within ${timeoutMs} ms; the last of ${this.items.length}: ${last}`),
        );
      }, timeoutMs);
      const watcher = (): boolean => {
        if (!holds(this.items)) return false;
        clearTimeout(timer);
        resolve([...this.items]);
        return true;
      };
      if (!watcher()) this.#watchers.push(watcher);
    });
  }
}
