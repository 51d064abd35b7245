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
  readonly #received = new Inbox<RawFrame>();
  #head = '';
  #rest = Buffer.alloc(0);
  readonly closed: Promise<void>;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('data', (chunk) => this.#receive(chunk));
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

  /** The HTTP response as it came; after a 101 its headers alone. */
  get text(): string {
    return this.#head;
  }

  /** The status of the HTTP response. */
  get status(): number {
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(this.#head)?.[1]);
  }

  /** The frames after the response to the handshake. */
  get frames(): readonly RawFrame[] {
    return this.#received.items;
  }

  /** The code of the close frame received, if one was. */
  get closeCode(): number | undefined {
    return this.frames.find((frame) => frame.opcode === OPCODE.close)?.payload.readUInt16BE(0);
  }

  untilText(text: string): Promise<unknown> {
    return this.#received.until(JSON.stringify(text), () => this.#head.includes(text));
  }

  untilFrame(what: string, matches: (frame: RawFrame) => boolean): Promise<unknown> {
    return this.#received.until(what, (frames) => frames.some(matches));
  }

  untilMessage(text: string): Promise<unknown> {
    return this.untilFrame(`message ${text}`, (frame) => String(frame.payload) === `msg:${text}`);
  }

  #receive(chunk: Buffer): void {
    const upgraded = this.status === 101 && this.#head.endsWith('\r\n\r\n');
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!upgraded) this.#receiveHead();
    else this.#receiveFrames();
  }

  #receiveHead(): void {
    const text = this.#head + this.#rest.toString('latin1');
    const end = text.indexOf('\r\n\r\n') + 4;
    const whole = end >= 4 && text.startsWith('HTTP/1.1 101');
    const length = (whole ? end : text.length) - this.#head.length;
    this.#head = text.slice(0, whole ? end : undefined);
    this.#rest = this.#rest.subarray(length);
    if (whole) this.#receiveFrames();
    this.#received.changed();
  }

  #receiveFrames(): void {
    const { frames, length } = readFrames(this.#rest);
    this.#rest = this.#rest.subarray(length);
    for (const frame of frames) this.#received.items.push(frame);
    this.#received.changed();
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
