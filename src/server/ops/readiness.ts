/**
 * Whether the server accepts new clients: the answer of `/readyz` to a load balancer. A draining
 * server is not ready but still serves its clients.
 */
export class Readiness {
  #started = false;
  #draining = false;

  /** Whether new clients are accepted. */
  get ready(): boolean {
    return this.#started && !this.#draining;
  }

  /** Whether the server is draining. Never becomes false again. */
  get draining(): boolean {
    return this.#draining;
  }

  /** New clients are accepted from now on, until {@link drain}. */
  markReady(): void {
    this.#started = true;
  }

  /** No new client is accepted from now on. */
  drain(): void {
    this.#draining = true;
  }
}
