/** How many connections there may be, in all and from one address (0 = no limit). */
export interface AdmissionLimits {
  readonly maxClients: number;
  readonly maxClientsPerIp: number;
}

/** Whether there is a place, or why there is none. */
export type Admission = 'admitted' | 'full' | 'address full';

/** Counts connections against the limits. */
export class AdmissionDesk {
  readonly #limits: AdmissionLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Takes a place for a connection from `address`, to be given back by {@link release}. */
  admit(address: string): Admission {
    const { maxClients, maxClientsPerIp } = this.#limits;
    const fromAddress = this.#byAddress.get(address) ?? 0;
    if (maxClients > 0 && this.#total >= maxClients) return 'full';
    if (maxClientsPerIp > 0 && fromAddress >= maxClientsPerIp) return 'address full';
    this.#total += 1;
    this.#byAddress.set(address, fromAddress + 1);
    return 'admitted';
  }

  /** Gives back one place that was taken for `address`. */
  release(address: string): void {
    this.#total -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
