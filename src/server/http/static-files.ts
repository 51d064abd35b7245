import fresh from 'fresh';
import Negotiator from 'negotiator';
import { createHash } from 'node:crypto';
import type { createReadStream, lstat as lstatCallback, Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import handler from 'serve-handler';
import { targetOf } from './request-target.js';
import { respondText, setSecurityHeaders } from './respond.js';

/** Answers a GET or HEAD for a file; false, without an answer, if there is no such file. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The client library. */
const LIBRARY = '/client.js';

/** Files that pages of any origin may import or read. */
const SHARED: ReadonlySet<string> = new Set([LIBRARY, `${LIBRARY}.map`]);

/** The page. `/` serves it too. */
const INDEX = '/client.html';

/** Files without which the server does not start. */
const REQUIRED = [INDEX, LIBRARY];

/** Files whose names change with their content. */
const HASHED = /^\/assets\//;

const REVALIDATE = 'no-cache';
/** A year, the longest that RFC 9111 recommends (RFC 8246 for `immutable`). */
const FOREVER = 'public, max-age=31536000, immutable';

/** Content codings (RFC 9110 §8.4.1), best first, and the suffixes of their files. */
const CODINGS = { br: '.br', gzip: '.gz', identity: '' } as const;
type Coding = keyof typeof CODINGS;

const CODING_NAMES = Object.keys(CODINGS) as Coding[];

/** `preferred` decides between equal weights; the published types don't know it yet. */
interface PreferringNegotiator {
  encodings(available: string[], options: { readonly preferred: readonly string[] }): string[];
}

/** One form of a file. */
interface Representation {
  readonly stats: Stats;
  readonly content: Buffer;
  /** Strong validator (RFC 9110 §8.8.3): a hash of the bytes, so each coding has its own. */
  readonly etag: string;
}

interface File {
  readonly path: string;
  readonly codings: readonly Coding[];
  readonly representations: Readonly<Partial<Record<Coding, Representation>>>;
}

/**
 * The files under `root` as they are now, kept in memory: a response needs no descriptor, so that
 * requests can't use them up. Only these paths are served: no dotfile, no link, no directory. The
 * forms that the build compressed (`.br`, `.gz`) are served by Accept-Encoding.
 *
 * @throws {Error} in one line, if `root` lacks the page, one of its assets, or the library
 */
export async function staticFiles(root: string): Promise<StaticFiles> {
  const files = await readFiles(root);
  for (const path of REQUIRED) {
    if (!files.has(path)) throw missingFile(root, path);
  }
  for (const path of assetsOf(files.get(INDEX))) {
    if (!files.has(path)) throw missingFile(root, path);
  }
  return (request, response) => {
    const { path } = targetOf(request);
    const file = files.get(path === '/' ? INDEX : path);
    if (file === undefined) return false;
    respondWith(root, file, request, response);
    return true;
  };
}

function missingFile(root: string, path: string): Error {
  return new Error(`${join(root, path)} is missing: npm run build makes it`);
}

/** URL paths of the assets that the page links to. */
function assetsOf(page: File | undefined): string[] {
  const html = page?.representations.identity?.content.toString('utf8') ?? '';
  const quoted = html.split('"').filter((part) => part.startsWith('assets/'));
  return quoted.map((path) => `/${path}`);
}

function respondWith(
  root: string,
  file: File,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { path, codings } = file;
  const coding = codingFor(request, codings);
  const representation = file.representations[coding];
  if (representation === undefined) throw new Error(`${path} has no ${coding} form`);
  const { etag } = representation;
  setSecurityHeaders(response);
  if (SHARED.has(path)) allowAnyOrigin(response);
  response.setHeader('Cache-Control', HASHED.test(path) ? FOREVER : REVALIDATE);
  response.setHeader('ETag', etag);
  if (codings.length > 1) response.setHeader('Vary', 'Accept-Encoding');
  if (fresh(request.headers, { etag })) {
    response.writeHead(304).end();
    return;
  }
  if (coding !== 'identity') response.setHeader('Content-Encoding', coding);
  request.url = path;
  delete request.headers.range; // ignored (RFC 9110 §14.2): serve-handler's 416 has a body
  void send(root, representation, request, response);
}

/** Longest Accept-Encoding that is read, characters: the sender of a longer one is no browser. */
const MAX_ACCEPTED_LENGTH = 1000;

/** The coding for a request (RFC 9110 §12.5.3); identity if the client accepts none. */
export function codingFor(request: IncomingMessage, available: readonly Coding[]): Coding {
  // A client that sends no Accept-Encoding gets identity: it may not decode anything else.
  const accepted = request.headers['accept-encoding'];
  if (accepted === undefined || accepted.length > MAX_ACCEPTED_LENGTH) return 'identity';
  const negotiator: PreferringNegotiator = new Negotiator(request);
  const [best] = negotiator.encodings([...available], { preferred: CODING_NAMES });
  return CODING_NAMES.find((coding) => coding === best) ?? 'identity';
}

/** Lets pages of any origin import a file (Fetch Standard §3.2): it is the same for all. */
function allowAnyOrigin(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}

async function readFiles(root: string): Promise<Map<string, File>> {
  const paths = await pathsUnder(root);
  const all = new Map(
    await Promise.all(
      paths.map(async (path) => [path, await representationOf(join(root, path))] as const),
    ),
  );
  const files = new Map<string, File>();
  for (const path of paths) {
    if (isCompressedForm(path, all)) continue;
    const codings = CODING_NAMES.filter((coding) => all.has(path + CODINGS[coding]));
    const forms = codings.map((coding) => [coding, all.get(path + CODINGS[coding])]);
    files.set(path, { path, codings, representations: Object.fromEntries(forms) });
  }
  return files;
}

/**
 * URL paths of all files under `root` but dotfiles. Links are not followed: a recursive `readdir`
 * follows them on Node 26.
 */
async function pathsUnder(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(missing);
  const paths: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isFile()) paths.push(path);
    else if (entry.isDirectory()) paths.push(...(await pathsUnder(root, path)));
  }
  return paths;
}

/** A directory that does not exist has no files; {@link REQUIRED} reports it. */
function missing(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return [];
  throw error;
}

function isCompressedForm(path: string, all: ReadonlyMap<string, unknown>): boolean {
  return Object.values(CODINGS).some(
    (suffix) => suffix !== '' && path.endsWith(suffix) && all.has(path.slice(0, -suffix.length)),
  );
}

async function representationOf(path: string): Promise<Representation> {
  const [stats, content] = await Promise.all([lstat(path), readFile(path)]);
  const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
  return { stats, content, etag };
}

/** Sends a file through serve-handler, which sets type and length. It never sees the disk. */
async function send(
  root: string,
  { stats, content }: Representation,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const lstatOfFile = async () => stats;
  const stream = () => Readable.from(content, { objectMode: false });
  try {
    await handler(
      request,
      response,
      {
        public: root,
        cleanUrls: false, // no redirect from /client.html to /client
        directoryListing: false,
        etag: false, // its 304 doesn't end the stream
        symlinks: false,
      },
      {
        lstat: lstatOfFile as unknown as typeof lstatCallback, // it is awaited
        createReadStream: stream as unknown as typeof createReadStream, // only piped
        sendError: async () => respondText(response, 404, 'not found'),
      },
    );
  } catch {
    response.destroy(); // the client is gone
  }
}
