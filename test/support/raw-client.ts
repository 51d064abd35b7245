import { connect, type Socket } from 'node:net';
import { Inbox } from './inbox.js';
import { clientFrame, OPCODE, readFrames, type RawFrame } from './raw-frames.js';

const HANDSHAKE = {
  Host: 'localhost',
  Upgrade: 'websocket',
  Connection: 'Upgrade',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version': '13',
};

/** A bare TCP connection: what an attacker, or a broken client, has. */
export class RawClient {
  readonly socket: Socket;
  readonly #chunks = new Inbox<Buffer>();
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('data', (chunk) => this.#chunks.push(chunk));
    this.socket.on('error', () => {}); // resets are part of the game; 'close' follows
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  /** A WebSocket connection that has been accepted. */
  static async handshaken(port: number): Promise<RawClient> {
    const client = new RawClient(port);
    client.send(handshake());
    await client.untilText('\r\n\r\n');
    return client;
  }

  send(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Sends a frame; see {@link clientFrame}. */
  sendFrame(...frame: Parameters<typeof clientFrame>): void {
    this.send(clientFrame(...frame));
  }

  /** Everything received. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks.items);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  /** The status of the HTTP response. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.text)?.[1]);
  }

  /** The frames after the response to the handshake. */
  get frames(): RawFrame[] {
    const end = this.text.indexOf('\r\n\r\n');
    return end === -1 ? [] : readFrames(this.bytes.subarray(end + 4)).frames;
  }

  /** The code of the close frame received, if one was. */
  get closeCode(): number | undefined {
    return this.frames.find((frame) => frame.opcode === OPCODE.close)?.payload.readUInt16BE(0);
  }

  untilText(text: string): Promise<unknown> {
    return this.#chunks.until(JSON.stringify(text), () => this.text.includes(text));
  }

  untilFrame(what: string, matches: (frame: RawFrame) => boolean): Promise<unknown> {
    return this.#chunks.until(what, () => this.frames.some(matches));
  }

  untilMessage(text: string): Promise<unknown> {
    return this.untilFrame(`message ${text}`, (frame) => String(frame.payload) === `msg:${text}`);
  }
}

/** A handshake for `/ws`; a header set to undefined is left out. */
export function handshake(
  headers: Readonly<Record<string, string | undefined>> = {},
  path = '/ws',
): string {
  return request('GET', path, { ...HANDSHAKE, ...headers });
}

/** A request as it stands on the wire. */
export function request(
  method: string,
  path: string,
  headers: Readonly<Record<string, string | undefined>> = { Host: 'localhost' },
): string {
  const lines = Object.entries(headers)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}
