import { authorOf, mayWrite, type Grant } from '../auth/grant.js';
import { DEFAULT_NAME, publicIdOfKey } from '../auth/identity.js';
import type { Peer } from '../connection/peer.js';
import type { Session } from '../connection/session.js';
import type { Author } from '../log/log.js';
import { reportAppendFailure } from './append-failure.js';
import type { ChatContext } from './context.js';
import type { Room } from './room.js';

/**
 * The session of a plain client. Every text it sends is a message; it gets ticks and messages only.
 * A text that can't be accepted is dropped and counted.
 */
export class PlainSession implements Session {
  readonly #context: ChatContext;
  readonly #peer: Peer;
  readonly #room: Room;
  readonly #grant: Grant;
  /** Made at the first message: most clients of a large room never send one. */
  #author: Author | undefined;

  constructor(context: ChatContext, peer: Peer, roomName: string, grant: Grant) {
    this.#context = context;
    this.#peer = peer;
    this.#grant = grant;
    this.#room = context.hub.acquireRoom(roomName);
    context.hub.join(this.#room, peer, 'plain');
  }

  onText(text: string): void {
    const { log, stats } = this.#context;
    if (text === '' || !mayWrite(this.#grant)) {
      stats.dropped += 1;
      return;
    }
    this.#author ??= authorOf(this.#grant, DEFAULT_NAME, publicIdOfKey);
    log
      .append({ room: this.#room.name, from: this.#author, text, id: '' })
      .then(this.#onAppended, this.#onAppendFailed);
    if (log.congested) this.#peer.pauseReading(log.relieved());
  }

  // Made once, not per message: a room full of plain clients is the busiest kind of room.
  #onAppended = (): void => {
    this.#context.stats.messages += 1;
  };

  #onAppendFailed = (error: unknown): void => {
    reportAppendFailure(this.#context.failures, error, this.#room.name);
  };

  onClosing(): void {
    this.#context.hub.leave(this.#room, this.#peer);
  }
}
