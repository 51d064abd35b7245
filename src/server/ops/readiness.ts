/**
 * Whether new clients should be sent here: what `/readyz` tells a balancer. Not the same as being
 * alive: a server that is draining still serves those it has.
 */
export class Readiness {
  #open = false;
  #draining = false;

  /** Whether new clients are taken in. */
  get ready(): boolean {
    return this.#open && !this.#draining;
  }

  /** Whether the server is on its way out. Never goes back. */
  get draining(): boolean {
    return this.#draining;
  }

  /** From here on new clients are taken in, until {@link drain}. */
  open(): void {
    this.#open = true;
  }

  /** From here on nobody new is taken in. */
  drain(): void {
    this.#draining = true;
  }
}
