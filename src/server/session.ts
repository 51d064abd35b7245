import type { Hub } from './hub.js';
import type { Log } from './log/log.js';
import type { Stats } from './stats.js';

/** What a connection means: makes sense of what a peer sends. */
export interface Session {
  /** A text message arrived. */
  onText(text: string): void;
  /** The peer takes no more frames. */
  onClosing(): void;
}

/** What all sessions share: who is there, and what was said. */
export interface Conversation {
  readonly hub: Hub;
  readonly log: Log;
  readonly stats: Stats;
}
