import { createHash, randomBytes } from 'node:crypto';

/** RFC 6455 §1.3. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** One nonce for all handshakes of a run. */
const KEY = randomBytes(16).toString('base64');
const ACCEPT = createHash('sha1')
  .update(KEY + ACCEPT_GUID)
  .digest('base64');

/** Maximum length of a response's head, bytes. */
const MAX_HEAD = 16_384;
/** Maximum number of bytes of a rejection's body to show. */
const MAX_REASON = 200;

/** Encodes the opening handshake of a client (RFC 6455 §4.1). */
export function handshakeRequest(host: string, target: string, subprotocol?: string): string {
  return [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    '',
    '',
  ].join('\r\n');
}

/** State of a handshake. */
export type HandshakeState =
  | { readonly state: 'waiting' }
  /** `rest`: index of the first frame in the response. */
  | { readonly state: 'open'; readonly rest: number }
  | { readonly state: 'refused'; readonly why: string };

/** Parses the bytes of the response received so far. */
export function readResponse(response: Buffer): HandshakeState {
  const headEnd = response.indexOf('\r\n\r\n');
  if (headEnd === -1) {
    if (response.length <= MAX_HEAD) return { state: 'waiting' };
    return { state: 'refused', why: 'the answer is not HTTP' };
  }
  const [statusLine = '', ...fields] = response.toString('latin1', 0, headEnd).split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1];
  if (status === undefined) return { state: 'refused', why: 'the answer is not HTTP' };
  if (status !== '101') return { state: 'refused', why: refusal(status, response, headEnd) };
  const accept = fields.find((field) => /^sec-websocket-accept:/i.test(field));
  if (accept?.slice(accept.indexOf(':') + 1).trim() !== ACCEPT) {
    return { state: 'refused', why: 'the answer is not a WebSocket handshake' };
  }
  return { state: 'open', rest: headEnd + 4 };
}

/** The status, and the reason in the first line of the body. */
function refusal(status: string, response: Buffer, headEnd: number): string {
  const head = response.toString('latin1', 0, headEnd);
  const lines = response.toString('utf8', headEnd + 4, headEnd + MAX_REASON).split(/\r?\n/);
  if (/^transfer-encoding: *chunked$/im.test(head)) lines.shift(); // the length of the first chunk
  const reason = (lines[0] ?? '').replace(/[^\x20-\x7e]/g, '').trim();
  return reason === '' || reason.startsWith('<') ? status : `${status} ${reason}`;
}
