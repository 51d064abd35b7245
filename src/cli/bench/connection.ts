import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { clientFrame } from './client-frame.js';
import { FrameScanner, OPCODE, type FrameSink } from './frame-scanner.js';
import { handshakeRequest, readResponse } from './handshake.js';
import { openSocket, socketProblem, type Endpoint } from './open-socket.js';

/** Callbacks of a connection. Payloads are in a buffer that is reused after the call. */
export interface ConnectionEvents {
  onOpen(): void;
  /** Called for each text frame. @param at time of the read, µs of the monotonic clock */
  onText(bytes: Buffer, start: number, end: number, at: number): void;
  /** Called once when the connection has ended, or could not be opened. */
  onClosed(why: string): void;
}

/** Read settings. All connections of a thread share the buffer. */
export interface ReadSettings {
  readonly buffer: Buffer;
  readonly maxPayload: number;
  /** The monotonic clock, µs. */
  now(): number;
}

const NONE = Buffer.alloc(0);
const NORMAL_CLOSURE = Buffer.from([0x03, 0xe8]); // 1000, RFC 6455 §7.4.1
const CLOSE_TIMEOUT_MS = 1000;

/** A WebSocket client connection on a raw socket, which costs little CPU time to read. */
export class Connection implements FrameSink {
  readonly #socket: Socket;
  readonly #events: ConnectionEvents;
  readonly #settings: ReadSettings;
  readonly #scanner: FrameScanner;
  #response: Buffer | undefined = NONE;
  #readAt = 0;
  #over = false;
  #why: string | undefined;

  /** @param localAddress source address; undefined: the system chooses */
  constructor(
    endpoint: Endpoint,
    target: string,
    localAddress: string | undefined,
    settings: ReadSettings,
    events: ConnectionEvents,
  ) {
    this.#events = events;
    this.#settings = settings;
    this.#scanner = new FrameScanner(settings.maxPayload);
    const onread = { buffer: settings.buffer, callback: this.#onRead };
    this.#socket = openSocket(endpoint, localAddress, onread, () => {
      this.#socket.write(handshakeRequest(endpoint.host, target, endpoint.subprotocol));
    });
    this.#socket.on('error', (error) => (this.#why ??= socketProblem(error)));
    this.#socket.once('close', () => this.#end(this.#why ?? 'closed without a close frame'));
  }

  /** Bytes written that the kernel has not accepted yet. */
  get unsent(): number {
    return this.#socket.writableLength;
  }

  /** Sends a text frame. */
  send(text: string): void {
    this.#socket.write(clientFrame(OPCODE.text, text));
  }

  /** Stops reading, like a stalled client. */
  pause(): void {
    this.#socket.pause();
  }

  /** Sends a close frame and ends the connection, by force after {@link CLOSE_TIMEOUT_MS}. */
  close(): void {
    this.#why ??= 'closed by the bench';
    if (this.#socket.connecting) return void this.#socket.destroy();
    this.#socket.end(clientFrame(OPCODE.close, NORMAL_CLOSURE));
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  /** Resets the connection (RST), like a client that crashes; a TLS connection just ends. */
  reset(): void {
    this.#why ??= 'reset by the bench';
    if (this.#socket instanceof TLSSocket)
      this.#socket.destroy(); // Node can't reset it
    else this.#socket.resetAndDestroy();
  }

  /** @internal called by the scanner */
  frame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === OPCODE.text) this.#events.onText(bytes, start, end, this.#readAt);
    else if (opcode === OPCODE.ping) {
      this.#socket.write(clientFrame(OPCODE.pong, bytes.subarray(start, end)));
    } else if (opcode === OPCODE.close) this.#onCloseFrame(bytes.subarray(start, end));
  }

  #onRead = (length: number, buffer: Uint8Array): boolean => {
    this.#readAt = this.#settings.now();
    const bytes = buffer === this.#settings.buffer ? this.#settings.buffer : Buffer.from(buffer);
    if (this.#response === undefined) this.#scan(bytes, 0, length);
    else this.#handshake(Buffer.concat([this.#response, bytes.subarray(0, length)]));
    return true;
  };

  #handshake(response: Buffer): void {
    const result = readResponse(response);
    this.#response = result.state === 'waiting' ? response : undefined;
    if (result.state === 'refused') return this.#fail(result.why);
    if (result.state === 'waiting') return;
    this.#events.onOpen();
    this.#scan(response, result.rest, response.length);
  }

  #scan(bytes: Buffer, start: number, end: number): void {
    const problem = this.#scanner.scan(bytes, start, end, this);
    if (problem !== undefined) this.#fail(problem);
  }

  #onCloseFrame(payload: Buffer): void {
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.#why ??= `${code} ${payload.toString('utf8', 2)}`.trim();
    this.#socket.end(clientFrame(OPCODE.close, payload.subarray(0, 2)));
  }

  #fail(why: string): void {
    this.#why ??= why;
    this.#socket.destroy();
  }

  #end(why: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.onClosed(why);
  }
}
