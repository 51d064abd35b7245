/**
 * Whether new clients should be sent here: what `/readyz` tells a balancer. Not the same as being
 * alive: a server that is draining still serves those it has.
 */
export class Readiness {
  #draining = false;

  /** Whether the server is on its way out. Never goes back. */
  get draining(): boolean {
    return this.#draining;
  }

  /** From here on nobody new is taken in. */
  drain(): void {
    this.#draining = true;
  }
}
