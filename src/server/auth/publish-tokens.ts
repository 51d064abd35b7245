import { createHash, timingSafeEqual } from 'node:crypto';
import { cleanName, NAME_RULE } from '../../protocol/name.js';
import { readSmallFile } from '../read-small-file.js';

/** Who holds a publish token. */
export interface Publisher {
  /** What its messages are signed with; undefined if the file gives none. */
  readonly name: string | undefined;
  /** Always the same for the name, or for the token if it has none: makes the public id. */
  readonly identity: string;
}

interface Row {
  readonly digest: Buffer;
  readonly publisher: Publisher;
}

type Rows =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | { readonly ok: false; readonly why: string };

/** What a line may be: the characters of a bearer token (RFC 6750 §2.1), then perhaps a name. */
const LINE = /^([\w.~+/=-]+)(?:\s+(.*))?$/;
const LEAST_TOKEN_LENGTH = 16;
const LINE_RULE = `takes a token of ${LEAST_TOKEN_LENGTH} or more letters and digits, then perhaps a space and a name`;

/** The tokens of `--publish-token-file`: one a line, `#` begins a comment line. */
export class PublishTokens {
  readonly #path: string;
  #rows: readonly Row[];

  private constructor(path: string, rows: readonly Row[]) {
    this.#path = path;
    this.#rows = rows;
  }

  /** @throws in one line, if the file can't be read or a line of it isn't right */
  static async open(path: string): Promise<PublishTokens> {
    const read = await readRows(path);
    if (!read.ok) throw new Error(read.why);
    return new PublishTokens(path, read.rows);
  }

  /** Who holds `token`; undefined if nobody does. How long it takes tells nothing of the tokens. */
  find(token: string): Publisher | undefined {
    const digest = digestOf(token);
    let found: Publisher | undefined;
    for (const row of this.#rows) if (timingSafeEqual(row.digest, digest)) found = row.publisher;
    return found;
  }

  /** Reads the file again. If it is no good any more the old tokens stay, and one line says why. */
  async reload(): Promise<string | undefined> {
    const read = await readRows(this.#path);
    if (!read.ok) return read.why;
    this.#rows = read.rows;
    return undefined;
  }
}

async function readRows(path: string): Promise<Rows> {
  const place = `--publish-token-file ${path}`;
  const file = await readSmallFile(path);
  if (!file.ok)
    return { ok: false, why: `${place}: ${file.why}; takes a file with one token a line` };
  const rows: Row[] = [];
  for (const [i, line] of file.content.toString('utf8').split('\n').entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const row = readRow(text);
    if (typeof row === 'string') return { ok: false, why: `${place}: line ${i + 1}: ${row}` };
    rows.push(row);
  }
  return rows.length > 0
    ? { ok: true, rows }
    : { ok: false, why: `${place}: holds no token; takes one a line` };
}

/** The row in a line, or what is wrong with the line, which never shows what stands in it. */
function readRow(line: string): Row | string {
  const [, token = '', rest] = LINE.exec(line) ?? [];
  if (token.length < LEAST_TOKEN_LENGTH) return LINE_RULE;
  const name = rest === undefined ? undefined : cleanName(rest);
  if (rest !== undefined && name === undefined) return `the name takes ${NAME_RULE}`;
  const identity = name === undefined ? `token ${token}` : `name ${name}`;
  return { digest: digestOf(token), publisher: { name, identity } };
}

/** All of one length, whatever the token's. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
