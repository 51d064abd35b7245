import type { CloseName } from '../protocol/close-code.js';
import type { HandshakeReason } from '../protocol/handshake.js';

/**
 * Why there is no connection: a passing close code, the reason of a refused handshake, or
 * - `lost`: the connection ended without a word
 * - `timeout`: no answer in time
 * - `unreachable`: nothing answers there: a closed port, no network
 * - `unknown_host`: the name has no address
 * - `certificate`: the server's certificate is not trusted
 * - `wrong_scheme`: https where the port does not speak TLS
 * - `not_tickchat`: something else answers there
 * - `blocked`: HTTP works, but neither transport opens
 * - `too_many_tabs`: streams of other tabs use all connections that the browser opens to a server
 */
export type CauseCode =
  | CloseName
  | HandshakeReason
  | 'lost'
  | 'timeout'
  | 'unreachable'
  | 'unknown_host'
  | 'certificate'
  | 'wrong_scheme'
  | 'not_tickchat'
  | 'blocked'
  | 'too_many_tabs';

/** Why there is no connection. `text` says it to people, in one line. */
export interface Cause {
  readonly code: CauseCode;
  readonly text: string;
}

/**
 * Meanings of Node's codes (undici, OpenSSL, getaddrinfo); the first match wins. Browsers tell
 * none.
 */
const NODE_CODES: ReadonlyArray<readonly [RegExp, CauseCode, string]> = [
  [/^(ENOTFOUND|EAI_\w+)$/, 'unknown_host', 'no such host'],
  [/CERT|^UNABLE_TO_/, 'certificate', 'the certificate is not trusted'],
  [/^(EPROTO|ERR_SSL_\w+)$/, 'wrong_scheme', 'no https there'],
  [/^bad port$/, 'unreachable', 'fetch and browsers block this port'],
  [/^(UND_ERR_SOCKET|ECONNRESET)$/, 'lost', 'closed without an answer, perhaps https only'],
];

/** The cause for an error of `fetch`, which is aborted when it takes too long. */
export function causeOfError(error: unknown, url: URL): Cause {
  const { name, cause } = error as {
    name?: string;
    cause?: { code?: string; message?: string };
  };
  const detail = cause?.code ?? cause?.message ?? '';
  const row = NODE_CODES.find(([pattern]) => pattern.test(detail));
  const [, code, words] =
    row ??
    (name === 'AbortError'
      ? ['', 'timeout' as const, 'no answer in time']
      : ['', 'unreachable' as const, 'nothing answers there']);
  return { code, text: `${url.host}: ${words}${detail && ` (${detail})`}` };
}
