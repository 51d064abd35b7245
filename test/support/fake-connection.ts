import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';

/** A socket whose reader reads when told to: what is written waits, in Node's own stream queue. */
export class StalledSocket extends Writable {
  bytesRead = 0;
  readonly received: Buffer[] = [];
  #reading = true;
  #blocked: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    const accept = (): void => {
      this.received.push(chunk);
      done();
    };
    if (this.#reading) accept();
    else this.#blocked = accept;
  }

  stall(): void {
    this.#reading = false;
  }

  read(): void {
    this.#reading = true;
    this.#blocked?.();
    this.#blocked = undefined;
  }

  get text(): string {
    return Buffer.concat(this.received).toString();
  }
}

/** ws's side of a connection, as far as a peer looks at it. */
export class FakeWebSocket extends EventEmitter {
  readyState: number = WebSocket.OPEN;
  readonly pongs: string[] = [];
  readonly closes: Array<[code: number, reason: string]> = [];
  pings = 0;
  paused = false;

  ping(): void {
    this.pings += 1;
  }

  pong(payload: Buffer): void {
    this.pongs.push(String(payload));
  }

  close(code: number, reason: string): void {
    this.readyState = WebSocket.CLOSING;
    this.closes.push([code, reason]);
  }

  terminate(): void {
    this.readyState = WebSocket.CLOSED;
    this.emit('close', 1006);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }
}

/** A connection without a network: both ends in the hand of the test. */
export function fakeConnection() {
  const ws = new FakeWebSocket();
  const socket = new StalledSocket();
  return {
    ws,
    socket,
    /** The same two, typed as a peer takes them. */
    asWebSocket: ws as unknown as WebSocket,
    asSocket: socket as unknown as Socket,
  };
}
