import type { Transport } from './transport.js';

/** Handles the events of a transport. */
export interface TransportEvents {
  onMessage(data: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(): void;
  onError(error: NodeJS.ErrnoException): void;
  onClose(code: number): void;
}

const HANDLER = Symbol('handler');

type Handled = Transport & { [HANDLER]: TransportEvents };

/** Passes the events of a transport to one handler, without a closure for each of them. */
export function handleEvents(transport: Transport, handler: TransportEvents): void {
  Object.assign(transport, { [HANDLER]: handler });
  transport.on('message', onMessage);
  transport.on('ping', onPing);
  transport.on('pong', onPong);
  transport.on('error', onError);
  transport.on('close', onClose);
}

function onMessage(this: Handled, data: Buffer, isBinary: boolean): void {
  this[HANDLER].onMessage(data, isBinary);
}

function onPing(this: Handled, payload: Buffer): void {
  this[HANDLER].onPing(payload);
}

function onPong(this: Handled): void {
  this[HANDLER].onPong();
}

function onError(this: Handled, error: NodeJS.ErrnoException): void {
  this[HANDLER].onError(error);
}

function onClose(this: Handled, code: number): void {
  this[HANDLER].onClose(code);
}
