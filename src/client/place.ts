import type { Hello, Message, Position } from '../protocol/v1.js';

/** Messages are missing: what came between these two is not known. */
export interface Gap {
  /** The last that was received. */
  readonly from: Position;
  /** The one after which it goes on. */
  readonly to: Position;
}

/** The place in the room's log up to which everything was received. */
export class Place {
  #position: Position | undefined;
  /** Newest seq at the time of the last hello. */
  #head = 0;

  /** What to ask the server to go on after; undefined before the first hello. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Whether the replay after the last hello is over. */
  get caughtUp(): boolean {
    return (this.#position?.seq ?? -1) >= this.#head;
  }

  /** The replay begins: returns the gap before it, if there is one. */
  onHello({ log, recovered, replay }: Hello): Gap | undefined {
    const from = this.#position;
    this.#head = log.seq;
    if (from !== undefined && recovered === true) return undefined;
    const to = { epoch: log.epoch, seq: log.seq - replay };
    this.#position = to;
    return from === undefined ? undefined : { from, to };
  }

  /** Whether the message is a new one; then the place moves on behind it. */
  onMessage({ seq }: Message): boolean {
    if (this.#position === undefined || seq <= this.#position.seq) return false;
    this.#position = { epoch: this.#position.epoch, seq };
    return true;
  }
}
