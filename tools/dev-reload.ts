import { Server, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Preloaded into the server of `npm run dev`: adds a script to the page that reloads it when
 * another server answers. No part of the package.
 */

const EVENTS = '/dev-reload';
const SCRIPT = '/dev-reload.js';
/** Marks a request for the page as the server sends it. */
const ORIGINAL = 'x-dev-original';

/** This run of the server. */
const RUN = `${process.pid}-${Date.now()}`;

/** EventSource reconnects by itself, to the next server too. */
const CODE = `let run;
new EventSource('${EVENTS}').onmessage = ({ data }) => {
  if (run !== undefined && run !== data) location.reload();
  run = data;
};
`;

/** emit() for any event. */
type Emit = (this: Server, event: string | symbol, ...args: unknown[]) => boolean;

// oxlint-disable-next-line typescript/unbound-method -- called with its server below
const emit = Server.prototype.emit as Emit;
Server.prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]) {
  if (event === 'request') {
    const [request, response] = args as [IncomingMessage, ServerResponse];
    if (answer(request, response)) return true;
  }
  return emit.call(this, event, ...args);
} as Emit;

/** Answers the requests that only the development server knows. */
function answer(request: IncomingMessage, response: ServerResponse): boolean {
  const [path] = (request.url ?? '').split('?');
  if (path === EVENTS) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(`retry: 200\ndata: ${RUN}\n\n`);
  } else if (path === SCRIPT) {
    response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(CODE);
  } else if ((path === '/' || path === '/client.html') && !(ORIGINAL in request.headers)) {
    void sendPage(request, response);
  } else return false;
  return true;
}

async function sendPage({ socket, url }: IncomingMessage, response: ServerResponse): Promise<void> {
  const { localAddress = '127.0.0.1', localPort } = socket;
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  try {
    const page = await fetch(`http://${host}:${localPort}${url}`, { headers: { [ORIGINAL]: '1' } });
    const text = `${await page.text()}<script src="${SCRIPT}"></script>\n`;
    response.writeHead(page.status, {
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
    });
    response.end(text);
  } catch (error) {
    console.error('dev: the page could not be read:', error);
    response.destroy();
  }
}
