import { serverFrame, type Position } from '../protocol/v1.js';
import { CLOSE } from '../protocol/close-code.js';
import type { Log, Seq } from './log/log.js';
import type { Peer } from './peer.js';
import { messageOf, type Room } from './room.js';

/** Where the replay for a newcomer begins and ends. */
export interface ReplayPlan {
  /** Seq of the room's newest entry. */
  readonly head: Seq;
  /** The replay is everything above this, up to `head`. */
  readonly after: Seq;
  /** See `hello.recovered`. */
  readonly recovered: boolean | null;
}

/**
 * Plans the replay for a client that has everything up to `last`: what came after that if all of it
 * is kept in this life of the log (`epoch`), else the newest `count`.
 */
export async function planReplay(
  log: Log,
  room: string,
  epoch: string,
  last: Position | undefined,
  count: number,
): Promise<ReplayPlan> {
  const head = await log.head(room);
  if (last?.epoch === epoch && last.seq <= head) {
    if ((await firstKept(log, room, last.seq, head)) === last.seq + 1) {
      return { head, after: last.seq, recovered: true };
    }
  }
  const first = await firstKept(log, room, Math.max(0, head - count), head);
  return { head, after: first - 1, recovered: last === undefined ? null : false };
}

/** Seq of the oldest entry above `after` that is kept; `head + 1` if there is none. */
async function firstKept(log: Log, room: string, after: Seq, head: Seq): Promise<Seq> {
  if (after === head) return head + 1;
  const [first] = await log.read(room, after, 1);
  return first?.seq ?? head + 1;
}

/** Entries read at once, at most; fewer where messages are large. */
const MAX_CHUNK_ENTRIES = 64;
const CHUNK_BYTES = 256 * 1024;

/**
 * Sends what the plan says, and what has come since, at the pace of the peer. Calls `arrive` in the
 * very moment in which the peer has all that the room has announced, so that it can be added to the
 * room without a gap and without a duplicate. Resolves with false, `arrive` not called, if the peer
 * has gone, or is so slow that the log has forgotten what comes next (it is closed then, and finds
 * out when it comes back).
 */
export async function replay(
  log: Log,
  room: Room,
  peer: Peer,
  plan: ReplayPlan,
  maxMessage: number,
  arrive: () => void,
): Promise<boolean> {
  const limit = Math.max(1, Math.min(MAX_CHUNK_ENTRIES, Math.floor(CHUNK_BYTES / maxMessage)));
  let sent = plan.after;
  while (sent < Math.max(plan.head, room.newestSeq)) {
    const entries = await log.read(room.name, sent, limit);
    if (!peer.open) return false;
    const last = entries.at(-1);
    if (last === undefined || entries[0]?.seq !== sent + 1) {
      peer.close(CLOSE.tooSlow);
      return false;
    }
    peer.send(...entries.map((entry) => serverFrame('msg', messageOf(entry))));
    sent = last.seq;
    await peer.caughtUp();
  }
  if (!peer.open) return false;
  arrive(); // nothing may be awaited since the check above
  return true;
}
