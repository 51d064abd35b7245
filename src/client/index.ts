import { addressOf } from './address.js';
import { Client, type JoinOptions } from './client.js';
import { systemEnvironment } from './environment.js';
import type { SocketConstructor } from './socket.js';

export type { Hello, Message, Person, Position, Ticks, You } from '../protocol/v1.js';
export type { Client, JoinOptions } from './client.js';
export type { Cause, CauseCode } from './cause.js';
export type { ClientEvents } from './events.js';
export { TickchatError, type ErrorCode } from './state.js';
export type { Gap } from './cursor.js';
export { checkJoin } from './introduction.js';
export { isKey } from '../protocol/key.js';
export { cleanName, likenessOf, MAX_NAME_LENGTH } from '../protocol/name.js';
export { randomId } from './random-id.js';
export type { TokenSource } from './introduction.js';
export type { Socket, SocketConstructor, Transport } from './socket.js';
export type { ClientState, StopReason } from './state.js';
export type { Tick } from '../clock/tick-schedule.js';
export type { Clock } from './metronome.js';

/** Options of {@link connect}. */
export interface ConnectOptions extends JoinOptions {
  /** WebSocket class to use, such as that of `ws`. Default: the global one. */
  readonly WebSocket?: SocketConstructor | undefined;
}

/**
 * Connects to a tickchat server and stays connected. Returns at once: the client reports its state
 * through events, and accepts messages from the beginning.
 *
 * @param url a page of the server (`http://host:9876/`) or its WebSocket (`ws://host:9876/ws`); in
 * a browser it may be relative to the page
 * @throws {TypeError} if it is not an address, or no WebSocket is available
 * @throws {TickchatError} `bad_name`, `bad_room`, `bad_key` or `bad_ticks`
 */
export function connect(url: string | URL, options: ConnectOptions = {}): Client {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  return new Client(addressOf(url, location?.href), options, systemEnvironment(options.WebSocket));
}
