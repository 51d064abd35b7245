import { createReadStream, type lstat as lstatCallback, type ReadStream } from 'node:fs';
import { access, constants, lstat, readdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import handler from 'serve-handler';
import { targetOf } from './request-target.js';
import { respondText, secure } from './respond.js';

/** Answers a GET or HEAD for a file; false if there is no such file and nothing was sent. */
export type StaticFiles = (request: IncomingMessage, response: ServerResponse) => boolean;

/** The client library, which any page may import: its address, and the modules that it is made of. */
const LIBRARY = /^\/(?:client\.js|js\/(?:client|protocol|clock)\/[^/]+\.js)$/;

/** Served at `/` too. */
const INDEX = '/client.html';

/**
 * The files under `root` as they are now, read through serve-handler. Only these paths are served:
 * no dotfile, no link, no directory, nothing that a path could be made to climb to.
 *
 * @throws if `root` can't be read or has no client.html
 */
export async function staticFiles(root: string): Promise<StaticFiles> {
  const known = new Set(await filesUnder(root));
  if (!known.has(INDEX)) throw new Error(`${join(root, INDEX)} is missing`);
  return (request, response) => {
    const { path } = targetOf(request);
    const file = path === '/' ? INDEX : path;
    if (!known.has(file)) return false;
    request.url = file;
    secure(response);
    if (LIBRARY.test(file)) shareWithAnyPage(response);
    void sendFile(root, request, response);
    return true;
  };
}

/** Lets pages of any origin import it (Fetch Standard §3.2): it is the same for everybody. */
function shareWithAnyPage(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
}

async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.path, entry.name).slice(root.length).replaceAll('\\', '/'))
    .filter((path) => !path.includes('/.'));
}

/** Sends one known file. serve-handler's gaps are closed here: each line says which. */
async function sendFile(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader('Cache-Control', 'no-cache');
  try {
    await handler(
      request,
      response,
      {
        public: root,
        cleanUrls: false, // no redirect from /client.html to /client
        directoryListing: false,
        etag: false, // each 304 would leak a descriptor
        symlinks: false,
      },
      {
        lstat: readableStat as unknown as typeof lstatCallback, // it is awaited
        createReadStream: (path, range) => openFor(response, String(path), range as object),
        sendError: async () => respondText(response, 404, 'not found'),
      },
    );
  } catch {
    response.destroy();
  }
}

/** A file that may not be read is as good as missing; to serve-handler it would be a crash. */
async function readableStat(path: string) {
  await access(path, constants.R_OK).catch(() => {
    throw Object.assign(new Error(`can't read ${path}`), { code: 'ENOENT' });
  });
  return lstat(path);
}

/** A stream that can neither end the process with its error nor outlive its response. */
function openFor(response: ServerResponse, path: string, range: object): ReadStream {
  const stream = createReadStream(path, range);
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  return stream;
}
