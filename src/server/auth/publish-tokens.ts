import { createHash, timingSafeEqual } from 'node:crypto';
import { cleanName, NAME_RULE } from '../../protocol/name.js';
import { readSmallFile } from '../config/read-small-file.js';
import { decodeText } from '../config/text-file.js';

/** The holder of a publish token. */
export interface Publisher {
  /** Display name of its messages; undefined if the file gives none. */
  readonly name: string | undefined;
  /** Makes the public id: the name, or the token if it has no name. */
  readonly identity: string;
}

interface Row {
  readonly digest: Buffer;
  readonly publisher: Publisher;
}

type Rows =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | { readonly ok: false; readonly why: string };

/** A line: the characters of a bearer token (RFC 6750 §2.1), then an optional name. */
const LINE = /^([\w.~+/=-]+)(?:\s(.*))?$/;
const LEAST_TOKEN_LENGTH = 16;
const LINE_RULE = `takes a token of ${LEAST_TOKEN_LENGTH} or more letters and digits, then perhaps a space and a name`;

/** Tokens that permit writing into every room over HTTP. */
export interface PublishTokens {
  /** True if tokens are configured: clients without one may not write over HTTP then. */
  readonly configured: boolean;
  /** The holder of `token`; undefined if it is not a publish token. */
  find(token: string): Publisher | undefined;
}

/** Publish tokens of a server without `--publish-token-file`. */
export const NO_PUBLISH_TOKENS: PublishTokens = { configured: false, find: () => undefined };

/** The tokens of `--publish-token-file`: one per line; `#` begins a comment line. */
export class PublishTokenFile implements PublishTokens {
  readonly configured = true;
  readonly #path: string;
  #rows: readonly Row[];

  private constructor(path: string, rows: readonly Row[]) {
    this.#path = path;
    this.#rows = rows;
  }

  /** @throws in one line, if the file can't be read or a line is invalid */
  static async open(path: string): Promise<PublishTokenFile> {
    const read = await readRows(path);
    if (!read.ok) throw new Error(read.why);
    return new PublishTokenFile(path, read.rows);
  }

  /** Takes the same time whatever the token is, so that timing reveals nothing. */
  find(token: string): Publisher | undefined {
    const digest = digestOf(token);
    let found: Publisher | undefined;
    for (const row of this.#rows) if (timingSafeEqual(row.digest, digest)) found = row.publisher;
    return found;
  }

  /** Reads the file again. Keeps the old tokens if it is invalid, and resolves with the reason. */
  async reload(): Promise<string | undefined> {
    const read = await readRows(this.#path);
    if (!read.ok) return read.why;
    this.#rows = read.rows;
    return undefined;
  }
}

async function readRows(path: string): Promise<Rows> {
  const option = `--publish-token-file ${path}`;
  const file = await readSmallFile(path);
  if (!file.ok)
    return { ok: false, why: `${option}: ${file.why}; takes a file with one token a line` };
  const rows: Row[] = [];
  const decoded = decodeText(file.content);
  if (!decoded.ok) return { ok: false, why: `${option}: ${decoded.why}` };
  for (const [i, line] of decoded.text.split('\n').entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const row = readRow(text);
    if (typeof row === 'string') return { ok: false, why: `${option}: line ${i + 1}: ${row}` };
    rows.push(row);
  }
  return rows.length > 0
    ? { ok: true, rows }
    : { ok: false, why: `${option}: holds no token; takes one a line` };
}

/** Reads a line. An error text never shows what the line holds. */
function readRow(line: string): Row | string {
  const [, token = '', rest] = LINE.exec(line) ?? [];
  if (token.length < LEAST_TOKEN_LENGTH) return LINE_RULE;
  const name = rest === undefined ? undefined : cleanName(rest);
  if (rest !== undefined && name === undefined) return `the name takes ${NAME_RULE}`;
  const identity = name === undefined ? `token ${token}` : `name ${name}`;
  return { digest: digestOf(token), publisher: { name, identity } };
}

/** A digest, so that all comparisons are of the same length. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
