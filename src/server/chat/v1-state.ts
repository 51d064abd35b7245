import type { ClientFrame } from '../../protocol/read-client-frame.js';
import type { Deadline } from '../connection/deadline.js';
import type { Grant } from '../auth/grant.js';
import type { Author } from '../log/log.js';
import type { Room } from './room.js';

/** A client whose `join` was accepted. */
export interface Member {
  readonly roomName: string;
  readonly grant: Grant;
  /** Author of its messages. A `name` frame replaces it. */
  author: Author;
}

/** A frame that came between `join` and `hello`. It is handled after `hello`. */
interface EarlyFrame {
  readonly frame: ClientFrame;
  /** Server time, ms. */
  readonly receivedAt: number;
}

/** The states of a v1 session, in order. It may close in any of them. */
export type V1State =
  /** `join` has not come; at the deadline the peer is closed. */
  | { readonly name: 'awaiting'; readonly deadline: Deadline }
  /** The token of `join` is being checked. */
  | { readonly name: 'authorizing'; readonly early: EarlyFrame[] }
  /** The log is asked which messages the client has missed. The room is acquired. */
  | {
      readonly name: 'planning';
      readonly early: EarlyFrame[];
      readonly member: Member;
      readonly room: Room;
    }
  /** `hello` is sent, the missed messages follow. The room is acquired. */
  | { readonly name: 'replaying'; readonly member: Member; readonly room: Room }
  /** The peer is in the room. */
  | { readonly name: 'joined'; readonly member: Member; readonly room: Room }
  /** The connection is closing. Frames that were read before, and delayed, are still handled. */
  | { readonly name: 'left'; readonly member: Member }
  /** The connection is closing without a membership. */
  | { readonly name: 'closed' };
