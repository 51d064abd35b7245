import type { Speaking } from '../src/cli/bench/run.js';
import type { ServerCommand } from './server-process.js';

/** A server of the comparison. */
export interface Contender {
  /** Name in the tables. */
  readonly name: string;
  /** The command that starts it for a number of rooms; undefined if it can't run here. */
  command(rooms: number): ServerCommand | undefined;
  /** Default: the plain protocol. */
  readonly speaking?: Speaking;
  /** Whether it serves TLS, with the certificate of the run. */
  readonly tls?: boolean;
  /** The same server of another checkout of tickchat, which must be built. */
  from?(checkout: string): Contender;
}
