/** The client's display name, as the app wants it, the server was told it, and others see it. */
export class OwnName {
  #wanted: string | undefined;
  /** Sent over the current connection. */
  #told: string | undefined;
  /** Reported by the server, or sent to it since. */
  #shown: string | undefined;

  constructor(wanted: string | undefined) {
    this.#wanted = wanted;
  }

  /** The name that others see, or will see; undefined while only the server could say. */
  get shown(): string | undefined {
    return this.#shown ?? this.#wanted;
  }

  /** The name to send; it counts as sent. */
  take(): string | undefined {
    this.#told = this.#wanted;
    return this.#wanted;
  }

  /** Takes another name. */
  rename(name: string): void {
    this.#wanted = name;
    this.#shown = name;
  }

  /** The server reports `name` at the join. Returns whether a newer name must be sent. */
  joined(name: string): boolean {
    const outdated = this.#wanted !== this.#told;
    this.#shown = outdated ? this.#wanted : name;
    return outdated;
  }

  /** The server refused the name and keeps `name`. */
  refused(name: string | undefined): void {
    this.#wanted = name;
    this.#told = name;
    this.#shown = name;
  }
}
