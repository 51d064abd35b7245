/** The sending side of a peer. */
export type SendState = Writable | Lagging | Closing;

/** Nothing is queued: frames go to the socket at once. */
interface Writable {
  readonly name: 'writable';
}

/** Bytes are queued: messages join the queue; ticks and pongs wait until it is empty. */
export interface Lagging {
  readonly name: 'lagging';
  /** Whether a tick was skipped. */
  tickPending: boolean;
  /** Payload of the newest unanswered ping. */
  pendingPong: Buffer | undefined;
  /** Called once, when the queue is empty or the peer is closing. */
  onDrained: () => void;
}

/** No frame is sent any more. */
interface Closing {
  readonly name: 'closing';
}

export const WRITABLE: SendState = { name: 'writable' };
export const CLOSING: SendState = { name: 'closing' };

const DO_NOTHING = (): void => {};

/** The state of a peer that has just begun to lag. */
export function newLag(): Lagging {
  return { name: 'lagging', tickPending: false, pendingPong: undefined, onDrained: DO_NOTHING };
}
