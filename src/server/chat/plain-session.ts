import { authorOf, mayWrite, type Grant } from '../auth/grant.js';
import { DEFAULT_NAME, publicIdOfKey } from '../auth/identity.js';
import type { Peer } from '../connection/peer.js';
import type { Session } from '../connection/session.js';
import type { Author } from '../log/log.js';
import { reportAppendFailure } from './append-failure.js';
import type { ChatContext } from './context.js';
import type { Room } from './room.js';

/** The author of a client's messages, and what is done when one was appended or not. */
interface Appender {
  readonly author: Author;
  readonly onAppended: () => void;
  readonly onFailed: (error: unknown) => void;
}

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
  #appender: Appender | undefined;

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
    const { author, onAppended, onFailed } = (this.#appender ??= this.#newAppender());
    const appended = log.append({ room: this.#room.name, from: author, text, id: '' });
    if (appended instanceof Promise) appended.then(onAppended, onFailed);
    else onAppended();
    if (log.congested) this.#peer.pauseReading(log.relieved());
  }

  #newAppender(): Appender {
    const { stats, failures } = this.#context;
    return {
      author: authorOf(this.#grant, DEFAULT_NAME, publicIdOfKey),
      onAppended: () => void (stats.messages += 1),
      onFailed: (error) => reportAppendFailure(failures, error, this.#room.name),
    };
  }

  onClosing(): void {
    this.#context.hub.leave(this.#room, this.#peer);
  }
}
