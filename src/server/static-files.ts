import type { createReadStream, lstat as lstatCallback, Stats } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import handler from 'serve-handler';
import { targetOf } from './request-target.js';
import { respondText, secure } from './respond.js';

/** Answers a GET or HEAD for a file; false if there is no such file and nothing was sent. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The client library, which any page may import. */
const LIBRARY = '/client.js';

/** Served at `/` too. */
const INDEX = '/client.html';

/** Without these there is no page. */
const NEEDED = [INDEX, '/js/page/main.js'];

interface File {
  readonly stats: Stats;
  readonly content: Buffer;
}

/**
 * The files under `root` as they are now, kept in memory: a response needs no descriptor, so that no
 * number of requests can use them up. Only these paths are served: no dotfile, no link, no
 * directory, nothing that a path could be made to climb to.
 *
 * @throws in one line, if `root` can't be read or lacks what the page needs
 */
export async function staticFiles(root: string): Promise<StaticFiles> {
  const files = await readFiles(root);
  for (const path of NEEDED) {
    if (!files.has(path)) throw new Error(`${join(root, path)} is missing: npm run build makes it`);
  }
  return (request, response) => {
    const { path } = targetOf(request);
    const url = path === '/' ? INDEX : path;
    const file = files.get(url);
    if (file === undefined) return false;
    request.url = url;
    delete request.headers.range; // ignored (RFC 9110 §14.2): serve-handler's 416 has a body
    secure(response);
    if (url === LIBRARY) shareWithAnyPage(response);
    void send(root, file, request, response);
    return true;
  };
}

/** Lets pages of any origin import it (Fetch Standard §3.2): it is the same for everybody. */
function shareWithAnyPage(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}

async function readFiles(root: string): Promise<Map<string, File>> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.path, entry.name))
    .filter((path) => !path.slice(root.length).replaceAll('\\', '/').includes('/.'));
  const files = await Promise.all(
    paths.map(async (path): Promise<[string, File]> => {
      const url = path.slice(root.length).replaceAll('\\', '/');
      return [url, { stats: await lstat(path), content: await readFile(path) }];
    }),
  );
  return new Map(files);
}

/** Sends a file through serve-handler, which knows types and headers; the disk it doesn't see. */
async function send(
  root: string,
  file: File,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Cache-Control', 'no-cache');
  const stats = async () => file.stats;
  const stream = () => Readable.from(file.content);
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
        lstat: stats as unknown as typeof lstatCallback, // it is awaited
        createReadStream: stream as unknown as typeof createReadStream, // only piped
        sendError: async () => respondText(response, 404, 'not found'),
      },
    );
  } catch {
    response.destroy();
  }
}
