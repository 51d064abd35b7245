import type { Socket } from './socket.js';

type Listener = (event: { readonly data: unknown; readonly code: number }) => void;

/** What the server sends: the verb of a frame as the type, its payload as the data, in one line. */
const EVENT = /event: (\w+)[^]*?\ndata: ([^\n]*)/;

/** Frames share a request up to so many characters; the server takes far more bytes than that. */
const SHARED_LENGTH = 2000;

/**
 * A connection that speaks `tickchat.v1` without a WebSocket, for networks that block those: the
 * server's frames are a stream of events, the client's go in requests, one at a time so that their
 * order holds.
 *
 * @param url that of the WebSocket
 */
export function openEvents(url: string): Socket {
  const address = new URL('api/sessions', url.replace(/^ws/, 'http'));
  const abort = new AbortController();
  const { signal } = abort;
  const listeners: Record<string, Listener> = {};
  const queue: string[] = [];
  let uplink = '';
  let posted: Promise<unknown> = Promise.resolve();
  let code = 1006; // no close frame was received (RFC 6455 §7.4.1)

  const close = (): void => abort.abort();
  const tell = (type: string, data = ''): void => listeners[type]?.({ data, code });

  const take = (event: string): void => {
    const [, verb, data = ''] = EVENT.exec(event) ?? [];
    if (verb === 'close') ({ code } = JSON.parse(data) as { code: number });
    else if (verb === 'session') {
      uplink = `${address.href}/${data}`;
      tell('open');
    } else if (verb) tell('message', `${verb}:${data}`);
  };

  const read = async (): Promise<void> => {
    const { body } = await fetch(address, { signal });
    const reader = body?.getReader();
    const decoder = new TextDecoder();
    for (let rest = ''; ; ) {
      const part = await reader?.read();
      if (!part?.value) return;
      const events = (rest + decoder.decode(part.value, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      events.forEach(take);
    }
  };

  /** What was said while the last request was on its way goes together in the next. */
  const post = async (): Promise<void> => {
    let body = queue.shift();
    if (!body) return;
    while (queue[0] && body.length + queue[0].length < SHARED_LENGTH) body += `\n${queue.shift()}`;
    const { ok } = await fetch(uplink, { method: 'POST', body, signal });
    if (!ok) close();
  };

  const end = (): void => {
    close(); // what is being sent has no session any more
    tell('close');
  };
  read().then(end, end);

  return {
    close,
    send(text) {
      queue.push(text);
      posted = posted.then(post).catch(close);
    },
    /** One listener for each type. */
    addEventListener(type: string, listener: Listener) {
      listeners[type] = listener;
    },
  };
}
