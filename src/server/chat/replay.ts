import { CLOSE } from '../../protocol/close-code.js';
import type { Position } from '../../protocol/v1.js';
import type { Peer } from '../connection/peer.js';
import type { MessageLog, Seq } from '../log/log.js';
import { entryFrame } from './frames.js';
import type { Room } from './room.js';

/** Range of the replay for a joining client. */
export interface ReplayPlan {
  /** Seq of the room's newest entry. */
  readonly head: Seq;
  /** The replay is everything above this seq, up to `head`. */
  readonly after: Seq;
  /** See `hello.recovered`. */
  readonly recovered: boolean | null;
}

/**
 * Plans the replay for a client that has everything up to `last`. If the log holds that, and all
 * later entries are kept, it gets them; else it gets the newest `count`.
 */
export async function planReplay(
  log: MessageLog,
  room: string,
  epoch: string,
  last: Position | undefined,
  count: number,
): Promise<ReplayPlan> {
  const head = await log.head(room);
  if (last !== undefined && (await isHeld(log, room, epoch, head, last))) {
    if ((await firstKept(log, room, last.seq, head)) === last.seq + 1) {
      return { head, after: last.seq, recovered: true };
    }
  }
  const first = await firstKept(log, room, Math.max(0, head - count), head);
  return { head, after: first - 1, recovered: last === undefined ? null : false };
}

async function isHeld(
  log: MessageLog,
  room: string,
  epoch: string,
  head: Seq,
  last: Position,
): Promise<boolean> {
  if (last.epoch === epoch) return last.seq <= head; // of this run: no need to ask
  return log.holds(room, last);
}

/** Seq of the oldest kept entry above `after`; `head + 1` if there is none. */
async function firstKept(log: MessageLog, room: string, after: Seq, head: Seq): Promise<Seq> {
  if (after === head) return head + 1;
  const [first] = await log.read(room, after, 1);
  return first?.seq ?? head + 1;
}

/** Maximum number of entries of one read. Large messages reduce it to {@link CHUNK_BYTES}. */
const MAX_CHUNK_ENTRIES = 64;
/** Maximum size of the texts of one read, bytes. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Sends the planned entries and those announced since, at the pace of the peer. Calls `onCaughtUp`
 * in the very turn in which the peer has all that the room has announced, so that it joins the room
 * without a gap or a duplicate. Resolves without that call if the peer is closing. Closes a peer
 * (4008) that is so slow that the log has dropped its next entry.
 */
export async function replay(
  log: MessageLog,
  room: Room,
  peer: Peer,
  plan: ReplayPlan,
  maxMessage: number,
  onCaughtUp: () => void,
): Promise<void> {
  const limit = Math.max(1, Math.min(MAX_CHUNK_ENTRIES, Math.floor(CHUNK_BYTES / maxMessage)));
  let sent = plan.after;
  while (sent < Math.max(plan.head, room.newestSeq)) {
    const entries = await log.read(room.name, sent, limit);
    if (!peer.open) return;
    const last = entries.at(-1);
    if (last === undefined || entries[0]?.seq !== sent + 1) return peer.close(CLOSE.tooSlow);
    peer.send(...entries.map(entryFrame));
    sent = last.seq;
    await peer.drained();
  }
  if (peer.open) onCaughtUp(); // nothing may be awaited since the check above
}
