import { addressOf } from './address.js';
import { Client, type JoinOptions } from './client.js';
import { systemEnvironment } from './environment.js';
import type { SocketConstructor } from './socket.js';

export type { Hello, Message, Person, Position } from '../protocol/v1.js';
export type { Client, JoinOptions } from './client.js';
export type { ClientEvents } from './events.js';
export { TickchatError, type ErrorCode } from './error.js';
export type { Gap } from './place.js';
export { randomId } from './random-id.js';
export type { TokenSource } from './session.js';
export type { Socket, SocketConstructor, Transport } from './socket.js';
export type { ClientState, StopReason } from './state.js';
export type { Tick } from '../clock/tick-schedule.js';
export type { Clock } from './metronome.js';

/** How to connect, and as whom. */
export interface ConnectOptions extends JoinOptions {
  /** The WebSocket to use, such as that of `ws`; without one the global one. */
  readonly WebSocket?: SocketConstructor | undefined;
}

/**
 * Connects to a tickchat server and stays connected. Returns at once: the client says by events
 * what becomes of it, and takes messages from the beginning.
 *
 * @param url a page of the server (`http://host:9876/`), or its WebSocket (`ws://host:9876/ws`); in
 * a browser also relative to the page
 * @throws {TypeError} if that is no address, or there is no WebSocket
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Client {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  return new Client(addressOf(url, location?.href), options, systemEnvironment(options.WebSocket));
}
