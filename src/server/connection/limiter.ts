/** Maximum number of connections, in all and from one address (0 = unlimited). */
export interface ConnectionLimits {
  readonly maxClients: number;
  readonly maxClientsPerIp: number;
}

/** Whether a slot was acquired, or which limit is reached. */
export type Acquisition = 'acquired' | 'full' | 'address_full';

/** Counts connections against the limits. Each connection holds one slot. */
export class ConnectionLimiter {
  readonly #limits: ConnectionLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Acquires a slot for a connection from `address`. {@link release} must follow. */
  acquire(address: string): Acquisition {
    const state = this.stateFor(address);
    if (state !== 'free') return state;
    this.#total += 1;
    this.#byAddress.set(address, (this.#byAddress.get(address) ?? 0) + 1);
    return 'acquired';
  }

  /** Whether a connection from `address` would get a slot now. */
  stateFor(address: string): Exclude<Acquisition, 'acquired'> | 'free' {
    const { maxClients, maxClientsPerIp } = this.#limits;
    if (maxClients > 0 && this.#total >= maxClients) return 'full';
    const fromAddress = this.#byAddress.get(address) ?? 0;
    return maxClientsPerIp > 0 && fromAddress >= maxClientsPerIp ? 'address_full' : 'free';
  }

  /** Releases one slot of `address`. */
  release(address: string): void {
    this.#total -= 1;
    const left = (this.#byAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
