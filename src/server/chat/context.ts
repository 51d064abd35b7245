import type { Hello } from '../../protocol/v1.js';
import type { Access } from '../auth/access.js';
import type { MessageLog } from '../log/log.js';
import type { Failures } from '../ops/failures.js';
import type { Stats } from '../ops/stats.js';
import type { Hub } from './hub.js';

/** Dependencies of all sessions. */
export interface ChatContext {
  readonly hub: Hub;
  readonly log: MessageLog;
  readonly stats: Stats;
  readonly failures: Failures;
}

/** Dependencies of v1 sessions and of the HTTP API. */
export interface V1Context extends ChatContext {
  readonly access: Access;
  /** Random id of this epoch of the log. */
  readonly logEpoch: string;
  /** Number of messages replayed to a client without a position, or after a gap. */
  readonly replay: number;
  readonly limits: Hello['limits'];
  /** Name and version of the server. */
  readonly server: string;
  /** The current tick and its timeline. */
  readonly tick: () => Hello['tick'];
  /** Server time, ms since 1970. */
  readonly now: () => number;
}
