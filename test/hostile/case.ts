import { connect } from 'node:net';
import { clientFrame, OPCODE, readFrames } from '../support/raw-frames.js';

/** What a connection is good for, sent at once, and what the server must make of it. */
export interface HostileCase {
  readonly name: string;
  readonly bytes: Buffer;
  /**
   * `status 400`: the first answer; `close 1002`: a WebSocket closed with this code; `alive`: one that
   * still answers a ping; `cut`: the connection ends without a word.
   */
  readonly expected: string;
}

/** A case of a table: what it is, its bytes, what is expected. */
export type Row = readonly [name: string, bytes: string | Buffer, expected: string];

/** The rows as cases, their names beginning with `what`. */
export function casesOf(what: string, rows: readonly Row[]): HostileCase[] {
  return rows.map(([name, bytes, expected]) => ({
    name: `${what}: ${name}`,
    bytes: Buffer.from(bytes as string, 'latin1'),
    expected,
  }));
}

const LAST_PING = 'still there?';

/** Longer than anything the server waits for. */
const PATIENCE_MS = 30_000;

/** Sends the bytes of a case and resolves with what came of it, in the words of its `expected`. */
export function answerTo(port: number, { bytes, expected }: HostileCase): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let received = Buffer.alloc(0);
    const look = (closed: boolean): void => {
      const verdict = verdictOn(received, closed);
      if (verdict === undefined) return;
      socket.destroy();
      resolve(verdict);
    };
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('nothing')));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      look(false);
    });
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => look(true));
    socket.write(bytes);
    if (expected === 'alive') socket.write(clientFrame(OPCODE.ping, LAST_PING));
  });
}

function verdictOn(received: Buffer, closed: boolean): string | undefined {
  const text = received.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return closed ? (text === '' ? 'cut' : `half an answer: ${text}`) : undefined;
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  if (status !== '101') return `status ${status}`;
  for (const { opcode, payload } of readFrames(received.subarray(end + 4)).frames) {
    if (opcode === OPCODE.close) return `close ${payload.readUInt16BE(0)}`;
    if (opcode === OPCODE.pong && payload.toString() === LAST_PING) return 'alive';
  }
  return closed ? 'cut after the upgrade' : undefined;
}
