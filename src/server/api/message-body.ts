import type { IncomingHttpHeaders } from 'node:http';
import { jsonObjectIn } from '../../protocol/json-object.js';
import { cleanName, NAME_RULE } from '../../protocol/name.js';
import { faultOfText } from '../../protocol/text.js';
import { MAX_ID_LENGTH } from '../../protocol/v1.js';
import { utf8In } from './body.js';
import { refusal, type Refusal } from '../connection/handshake.js';

/** A message to be published. */
export interface PublishRequest {
  readonly ok: true;
  readonly text: string;
  /** `''` if the client chose none. */
  readonly id: string;
  /** Requested display name. */
  readonly name: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** Types of a body that is the text. `curl -d` declares a form by default. */
const TEXT_TYPES = new Set(['', 'text/plain', 'application/x-www-form-urlencoded']);
const JSON_TYPE = 'application/json';

const ID_RULE = `1 to ${MAX_ID_LENGTH} characters`;

/**
 * Reads the body of a POST: the text itself, or JSON `{"text", "id"?, "name"?}`. The id may also be
 * the header `Idempotency-Key`, bare or in quotes.
 */
export function readMessageBody(
  headers: IncomingHttpHeaders,
  bytes: Buffer,
  maxMessage: number,
): PublishRequest | Refusal {
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
  const fields = isJson ? jsonObjectIn(body) : { text: body };
  if (fields === undefined) return refusal(400, 'takes a JSON object: {"text", "id"?, "name"?}');
  return readFields(fields, idempotencyKeyIn(headers), maxMessage);
}

function readFields(
  { text, id: idField, name }: Fields,
  key: string | undefined,
  maxMessage: number,
): PublishRequest | Refusal {
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

/** By its draft the header is a string of RFC 9651 §3.3.3, in quotes; many clients send it bare. */
function idempotencyKeyIn(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key.replace(/^"(.*)"$/, '$1') : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_ID_LENGTH && /^[\x20-\x7e]+$/.test(value);
}

/** Charsets whose texts are UTF-8, as a parameter (RFC 9110 §5.6.6) may give them. */
const UTF8_CHARSETS: ReadonlySet<string> = new Set(
  ['utf-8', 'utf8', 'us-ascii'].flatMap((charset) => [charset, `"${charset}"`]),
);

/** Whether a parameter of a media type leaves the text UTF-8; `parameter` is in lower case. */
function isUtf8(parameter: string): boolean {
  const equals = parameter.indexOf('=');
  if (equals === -1 || parameter.slice(0, equals).trim() !== 'charset') return true;
  return UTF8_CHARSETS.has(parameter.slice(equals + 1).trim());
}
