import { HANDSHAKE_HEADER, READY, isHandshakeReason } from '../protocol/handshake.js';
import { causeOfError, type Cause } from './cause.js';

/** Result of a plain HTTP request: the server would accept a handshake, or why it would not. */
export type Reach = { readonly ready: true } | { readonly ready: false; readonly cause: Cause };

/** Longest wait for an answer, ms. */
const ANSWER_WITHIN_MS = 8000;

/**
 * Asks the server of a WebSocket address, by a plain HTTP request, how it would answer a handshake:
 * a WebSocket that does not open can't say why. It is a POST, because browsers send its `Origin`.
 *
 * @param done gets the result, once; not after the returned function was called
 */
export function reach(webSocketUrl: string, done: (result: Reach) => void): () => void {
  const abort = new AbortController();
  let cancelled = false;
  const tell = async (): Promise<void> => {
    const result = await ask(new URL(webSocketUrl.replace(/^ws/, 'http')), abort);
    if (!cancelled) done(result);
  };
  void tell(); // ask never rejects
  return () => {
    cancelled = true;
    abort.abort();
  };
}

/** Asks and reads the answer. An abort counts as a time-out. Never rejects. */
async function ask(url: URL, abort: AbortController): Promise<Reach> {
  const timer = setTimeout(() => abort.abort(), ANSWER_WITHIN_MS);
  const { signal } = abort;
  try {
    const response = await fetch(url, { method: 'POST', signal });
    const { headers, status, redirected } = response;
    const code = headers.get(HANDSHAKE_HEADER) ?? '';
    const text = (await response.text()).trim();
    if (redirected) return notTickchat(`${url.href} redirects to ${response.url}: use that`);
    if (code === READY) return { ready: true };
    if (isHandshakeReason(code)) return { ready: false, cause: { code, text } };
    return notTickchat(`${url.href}: no tickchat answers there (HTTP status ${status})`);
  } catch (error) {
    return { ready: false, cause: causeOfError(error, url) };
  } finally {
    clearTimeout(timer);
  }
}

function notTickchat(text: string): Reach {
  return { ready: false, cause: { code: 'not_tickchat', text } };
}
