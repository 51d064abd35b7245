import { connect } from 'node:net';
import { clientFrame, OPCODE, readFrames } from '../support/raw-frames.js';

/** The bytes of a hostile connection, and the expected reaction of the server. */
export interface HostileCase {
  readonly name: string;
  readonly bytes: Buffer;
  /**
   * `status 400`: the first response; `close 1002`: a WebSocket closed with this code; `alive`: a
   * WebSocket that still answers a ping; `cut`: the connection ends without a response.
   */
  readonly expected: string;
}

/** A row of a table of cases: name, bytes, expected reaction. */
export type Row = readonly [name: string, bytes: string | Buffer, expected: string];

/** Makes cases of rows; `what` begins their names. */
export function casesOf(what: string, rows: readonly Row[]): HostileCase[] {
  return rows.map(([name, bytes, expected]) => ({
    name: `${what}: ${name}`,
    bytes: Buffer.from(bytes as string, 'latin1'),
    expected,
  }));
}

const LAST_PING = 'still there?';

/** Time-out of a case, ms: longer than all time-outs of the server. */
const PATIENCE_MS = 30_000;

/** The end of an HTTP head. */
const END_OF_HEAD = '\r\n\r\n';

/**
 * Sends the bytes of a case: in one write, or those behind the first request when the server has
 * answered it. Resolves with the reaction, in the terms of `expected`.
 */
export function answerTo(
  port: number,
  { bytes, expected }: HostileCase,
  writes: 'one write' | 'after the response' = 'one write',
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = Buffer.alloc(0);
    const ping = expected === 'alive' ? clientFrame(OPCODE.ping, LAST_PING) : Buffer.alloc(0);
    const all = Buffer.concat([bytes, ping]);
    const first = writes === 'one write' ? all.length : all.indexOf(END_OF_HEAD) + 4;
    const look = (closed: boolean): void => {
      const verdict = verdictOn(received, closed);
      if (verdict === undefined) return;
      socket.destroy();
      resolve(verdict);
    };
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('nothing')));
    if (first < all.length) socket.once('data', () => socket.write(all.subarray(first)));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      look(false);
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => look(true));
    socket.write(all.subarray(0, first));
  });
}

function verdictOn(received: Buffer, closed: boolean): string | undefined {
  const text = received.toString('latin1');
  const end = text.indexOf(END_OF_HEAD);
  if (end === -1) return closed ? (text === '' ? 'cut' : `half an answer: ${text}`) : undefined;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  if (status !== '101') return `status ${status}`;
  for (const { opcode, payload } of readFrames(received.subarray(end + 4)).frames) {
    if (opcode === OPCODE.close) return `close ${payload.readUInt16BE(0)}`;
    if (opcode === OPCODE.pong && payload.toString() === LAST_PING) return 'alive';
  }
  return closed ? 'cut after the upgrade' : undefined;
}
