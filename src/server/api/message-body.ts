import type { IncomingHttpHeaders } from 'node:http';
import { cleanName, NAME_RULE } from '../../protocol/name.js';
import { faultOfText } from '../../protocol/text.js';
import { isObject, MAX_ID_LENGTH } from '../../protocol/v1.js';
import { utf8In } from './body.js';
import { refusal, type Refusal } from './refusal.js';

/** What a body says. */
export interface Spoken {
  readonly ok: true;
  readonly text: string;
  /** `''` for none. */
  readonly id: string;
  /** What its sender wants to be called. */
  readonly name: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** `curl -d` says that its text is a form unless it is told otherwise. */
const TEXT_TYPES = new Set(['', 'text/plain', 'application/x-www-form-urlencoded']);
const JSON_TYPE = 'application/json';

const ID_RULE = `1 to ${MAX_ID_LENGTH} characters`;

/** Largest body with a text of `maxMessage` bytes: in JSON a byte can take six (`\\u0000`). */
export function largestBody(maxMessage: number): number {
  return 6 * maxMessage + 8192;
}

/**
 * Reads the body of a POST: text as it is, or JSON `{"text", "id"?, "name"?}`. The id may come as
 * `Idempotency-Key` too, bare or in quotes.
 */
export function readMessageBody(
  headers: IncomingHttpHeaders,
  bytes: Buffer,
  maxMessage: number,
): Spoken | Refusal {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') return refusal(415, `the body is ${encoding}; takes it as it is`);
  if (!parameters.every(isUtf8)) return refusal(415, 'takes a charset of UTF-8 only');
  const isJson = type.trim() === JSON_TYPE;
  if (!isJson && !TEXT_TYPES.has(type.trim())) {
    return refusal(415, `takes text/plain or ${JSON_TYPE}`);
  }
  const body = utf8In(bytes);
  if (body === undefined) return refusal(400, 'the body is not UTF-8');
  const fields = isJson ? objectIn(body) : { text: body };
  if (fields === undefined) return refusal(400, 'takes a JSON object: {"text", "id"?, "name"?}');
  return readFields(fields, keyIn(headers), maxMessage);
}

function readFields(
  { text, id: idField, name }: Fields,
  key: string | undefined,
  maxMessage: number,
): Spoken | Refusal {
  if (typeof text !== 'string') return refusal(400, 'text takes a string');
  const fault = faultOfText(text, maxMessage);
  if (fault !== undefined) return refusal(fault.code === 'too_long' ? 413 : 400, fault.text);
  if (idField !== undefined && !isId(idField)) return refusal(400, `id takes ${ID_RULE}`);
  if (key !== undefined && !isId(key)) return refusal(400, `Idempotency-Key takes ${ID_RULE}`);
  if (idField !== undefined && key !== undefined && idField !== key) {
    return refusal(400, 'id and Idempotency-Key are the same thing; takes one, or both alike');
  }
  const cleaned = typeof name === 'string' ? cleanName(name) : undefined;
  if (name !== undefined && cleaned === undefined) return refusal(400, `name takes ${NAME_RULE}`);
  return { ok: true, text, id: key ?? idField ?? '', name: cleaned };
}

/** The draft of the header has it as a string of RFC 9651 §3.3.3, in quotes; many send it bare. */
function keyIn(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key.replace(/^"(.*)"$/, '$1') : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_ID_LENGTH && /^[\x20-\x7e]+$/.test(value);
}

function isUtf8(parameter: string): boolean {
  const [, charset] = /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/.exec(parameter) ?? [];
  return (
    charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii'
  );
}

function objectIn(json: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
