import type { Access } from './auth/access.js';
import type { Hub } from './hub.js';
import type { Log } from './log/log.js';
import type { Stats } from './stats.js';

/** What all sessions share: who is there, and what was said. */
export interface Conversation {
  readonly hub: Hub;
  readonly log: Log;
  readonly stats: Stats;
  /** Who may do what; undefined where everybody may do everything. */
  readonly access: Access | undefined;
}
