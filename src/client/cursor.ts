import type { Hello, Message, Position } from '../protocol/v1.js';

/** Missing messages: those between these two positions are not known. */
export interface Gap {
  /** Position of the last received message. */
  readonly from: Position;
  /** Position after which messages continue. */
  readonly to: Position;
}

/** The position in the room's log up to which every message was received. */
export class Cursor {
  #position: Position | undefined;
  /** Newest seq of the room at the last hello. */
  #head = 0;

  /** Position to resume after; undefined before the first hello. */
  get position(): Position | undefined {
    return this.#position;
  }

  /** Whether the replay after the last hello is complete. */
  get atHead(): boolean {
    return (this.#position?.seq ?? -1) >= this.#head;
  }

  /** Starts the replay of a hello. Returns the gap before it, if any. */
  resume({ log, recovered, replay }: Hello): Gap | undefined {
    const from = this.#position;
    this.#head = log.seq;
    if (from !== undefined && recovered === true) {
      this.#position = { epoch: log.epoch, seq: from.seq }; // the run may be another one
      return undefined;
    }
    const to = { epoch: log.epoch, seq: log.seq - replay };
    this.#position = to;
    return from === undefined ? undefined : { from, to };
  }

  /** Moves past a message if it is new. Returns whether it is. */
  onMessage({ seq }: Message): boolean {
    if (this.#position === undefined || seq <= this.#position.seq) return false;
    this.#position = { epoch: this.#position.epoch, seq };
    return true;
  }
}
