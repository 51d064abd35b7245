import { authorOf, maySpeak, type Grant } from './auth/grant.js';
import type { Conversation } from './conversation.js';
import { DEFAULT_NAME, publicId } from './identity.js';
import type { Author } from './log/log.js';
import type { Peer, Session } from './peer.js';
import type { Room } from './room.js';

/**
 * A plain client: every text it sends is a message, and it is told nothing but ticks and messages.
 * What can't be accepted is dropped and counted.
 */
export class PlainSession implements Session {
  readonly #conversation: Conversation;
  readonly #peer: Peer;
  readonly #room: Room;
  readonly #grant: Grant | undefined;
  #author: Author | undefined;

  /** @param grant what its token gives it, where one is asked for */
  constructor(conversation: Conversation, peer: Peer, roomName: string, grant?: Grant) {
    this.#conversation = conversation;
    this.#peer = peer;
    this.#grant = grant;
    this.#room = conversation.hub.expect(roomName);
    conversation.hub.arrive(this.#room, peer, 'plain');
  }

  onText(text: string): void {
    const { log, stats } = this.#conversation;
    if (text === '' || (this.#grant !== undefined && !maySpeak(this.#grant))) {
      stats.dropped += 1;
      return;
    }
    this.#author ??= this.#grant
      ? authorOf(this.#grant, DEFAULT_NAME)
      : { id: publicId(), name: DEFAULT_NAME };
    log
      .append({ room: this.#room.name, from: this.#author, text, id: '' })
      .then(this.#onLogged, this.#onRefused);
  }

  // Made once: a room full of plain clients is the busiest that there is.
  #onLogged = (): void => {
    this.#conversation.stats.messages += 1;
  };

  #onRefused = (): void => {
    this.#conversation.stats.dropped += 1;
  };

  onClosing(): void {
    this.#conversation.hub.leave(this.#room, this.#peer);
  }
}
