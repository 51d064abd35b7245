import type { Entry, Log, Seq } from '../log/log.js';
import { refusal, type Refusal } from './refusal.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** An answer holds no more bytes of messages, as JSON, than this and one message. */
const MAX_BYTES = 256 * 1024;

/** Entries read at once, at most; fewer where messages are large. */
const MAX_CHUNK_ENTRIES = 64;
const CHUNK_BYTES = 256 * 1024;

/** Which messages are asked for: `limit` at most above `after`, or the newest ones. */
export interface Range {
  readonly ok: true;
  readonly after: Seq | undefined;
  readonly limit: number;
}

/** Reads `?after=SEQ&limit=N`. */
export function readRange(query: URLSearchParams): Range | Refusal {
  const after = whole(query.get('after'));
  const limit = whole(query.get('limit')) ?? DEFAULT_LIMIT;
  if (Number.isNaN(after)) return refusal(400, 'after takes a whole number, 0 or more');
  if (!(limit >= 1 && limit <= MAX_LIMIT)) {
    return refusal(400, `limit takes a whole number from 1 to ${MAX_LIMIT}`);
  }
  return { ok: true, after, limit };
}

/**
 * The entries of `range`, oldest first, and the seq of the room's newest. Large ones may be fewer
 * than there are: who asks again after the last gets the rest.
 */
export async function readEntries(
  log: Log,
  room: string,
  { after, limit }: Range,
  maxMessage: number,
): Promise<{ readonly head: Seq; readonly entries: readonly Entry[] }> {
  const head = await log.head(room);
  const chunk = Math.max(1, Math.min(MAX_CHUNK_ENTRIES, Math.floor(CHUNK_BYTES / maxMessage)));
  const entries: Entry[] = [];
  let last = after ?? Math.max(0, head - limit);
  let bytes = 0;
  while (entries.length < limit && bytes < MAX_BYTES) {
    const more = await log.read(room, last, Math.min(chunk, limit - entries.length));
    if (more.length === 0) break;
    for (const entry of more) {
      if (bytes >= MAX_BYTES) break;
      entries.push(entry);
      bytes += Buffer.byteLength(JSON.stringify(entry.text));
    }
    last = more.at(-1)?.seq ?? last;
  }
  return { head: Math.max(head, entries.at(-1)?.seq ?? 0), entries };
}

/** NaN for what is no whole number; undefined for nothing. */
function whole(text: string | null): number | undefined {
  if (text === null) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
