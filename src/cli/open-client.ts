import { WebSocket } from 'ws';
import {
  checkJoin,
  connect,
  type CauseCode,
  type Client,
  type TickchatError,
} from '../client/index.js';
import { visible } from './connect/visible-text.js';
import { CommandError, UsageError } from './errors.js';

/** Flags of the commands that join a room. */
export interface JoinFlags {
  readonly room?: string;
  readonly name?: string;
  readonly token?: string;
}

const ALLOWED =
  'takes host:port, or a URL such as http://localhost:9876/ or ws://localhost:9876/ws';

/**
 * Parses the address of a server; `host:port` is short for `http://host:port/`.
 *
 * @throws {UsageError} if it is not an HTTP or WebSocket address
 */
export function serverUrl(text: string): URL {
  const url = urlIn(text);
  if (url === undefined || !/^(https?|wss?):$/.test(url.protocol)) {
    throw new UsageError(`${JSON.stringify(text)}: ${ALLOWED}`);
  }
  return url;
}

/** Parses a URL of any scheme, or `host:port` as one of http; undefined if it is neither. */
export function urlIn(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

/** @throws {UsageError} if the room or the name is invalid */
export function checkFlags(flags: JoinFlags): void {
  try {
    checkJoin(flags);
  } catch (error) {
    const { code, message } = error as TickchatError;
    throw new UsageError(optionLine(code === 'bad_name' ? code : 'bad_room', flags, message));
  }
}

/**
 * Opens a client of the server at `url`, which may carry a token: `#token=…`.
 *
 * @throws {UsageError} if the room or the name is invalid
 */
export function openClient(url: URL, flags: JoinFlags & { readonly key?: string }): Client {
  const token = flags.token ?? new URLSearchParams(url.hash.slice(1)).get('token') ?? undefined;
  checkFlags(flags);
  return connect(url, { ...flags, token, WebSocket });
}

/** Causes that a second attempt within seconds does not change. */
const HOPELESS: ReadonlySet<CauseCode> = new Set([
  'unreachable',
  'unknown_host',
  'certificate',
  'wrong_scheme',
  'not_tickchat',
]);

/** Calls `onHopeless` with the cause if the first attempt shows that there is no server. */
export function watchFirstAttempt(client: Client, onHopeless: (why: string) => void): void {
  client.on('state', (state) => {
    if (state.name !== 'reconnecting' || client.hello !== undefined) return;
    if (HOPELESS.has(state.cause.code)) onHopeless(`not connected: ${state.cause.text}`);
  });
}

/** Why a client has no connection; undefined if it has, or had, one or still tries the first. */
export function whyNotConnected({ hello, state }: Client): string | undefined {
  if (hello !== undefined || state.name !== 'reconnecting') return undefined;
  return `not connected: ${state.cause.text}`;
}

/**
 * Explains a failure in a line that is safe to print, naming the option that the server rejected.
 */
export function explainFailure(client: Client, flags: JoinFlags, why: string): string {
  const { state } = client;
  const reason = state.name === 'stopped' ? state.reason : undefined;
  const words = visible(why);
  return reason === 'bad_room' || reason === 'bad_name' ? optionLine(reason, flags, words) : words;
}

/** The line for an option that was rejected. */
function optionLine(code: 'bad_room' | 'bad_name', { room, name }: JoinFlags, why: string): string {
  if (code === 'bad_name') return `--name ${JSON.stringify(name ?? '')}: ${why}`;
  return `${room === undefined ? 'the ?room= of the URL' : `--room ${JSON.stringify(room)}`}: ${why}`;
}

/** The error for a failure: a UsageError where the server rejected the value of an option. */
export function toError(client: Client, flags: JoinFlags, why: string): Error {
  const { state } = client;
  const reason = state.name === 'stopped' ? state.reason : undefined;
  const line = explainFailure(client, flags, why);
  return reason === 'bad_room' || reason === 'bad_name'
    ? new UsageError(line)
    : new CommandError(line);
}
