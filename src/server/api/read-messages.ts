import type { Entry, MessageLog, Seq } from '../log/log.js';
import { refusal, type Refusal } from '../connection/handshake.js';

/** Number of messages of a response, by default and at most. */
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** A response ends after the message that exceeds this, bytes of JSON. */
const MAX_BYTES = 256 * 1024;

/** Maximum number of entries of one read. Large messages reduce it to {@link CHUNK_BYTES}. */
const MAX_CHUNK_ENTRIES = 64;
/** Maximum size of the texts of one read, bytes. */
const CHUNK_BYTES = 256 * 1024;

/** Requested messages: up to `limit` above `after`, or the newest ones. */
export interface Range {
  readonly ok: true;
  readonly after: Seq | undefined;
  readonly limit: number;
}

/** Reads `?after=SEQ&limit=N`. */
export function readRange(query: URLSearchParams): Range | Refusal {
  const after = wholeNumber(query.get('after'));
  const limit = wholeNumber(query.get('limit')) ?? DEFAULT_LIMIT;
  if (Number.isNaN(after)) return refusal(400, 'after takes a whole number, 0 or more');
  if (!(limit >= 1 && limit <= MAX_LIMIT)) {
    return refusal(400, `limit takes a whole number from 1 to ${MAX_LIMIT}`);
  }
  return { ok: true, after, limit };
}

/**
 * Reads the entries of `range`, oldest first, and the seq of the room's newest entry. Stops early
 * if they are large; a client gets the rest by another request after the last one.
 */
export async function readEntries(
  log: MessageLog,
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

/** A whole number; NaN if it isn't one, undefined if it is absent. */
function wholeNumber(text: string | null): number | undefined {
  if (text === null) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
