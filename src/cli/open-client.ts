import { WebSocket } from 'ws';
import { connect, type Client } from '../client/index.js';
import { visible } from './connect/visible-text.js';
import { StartError, UsageError } from './errors.js';

/** Who joins which room, as given on the command line. */
export interface JoinFlags {
  readonly room?: string;
  readonly name?: string;
  readonly token?: string;
}

const ALLOWED =
  'takes host:port, or a URL such as http://localhost:9876/ or ws://localhost:9876/ws';

/**
 * The address in what a person typed: `host:port` is a page of it. Throws a UsageError of one line if
 * it is none.
 */
export function serverUrl(text: string): URL {
  const url = urlIn(text);
  if (url === undefined || !/^(https?|wss?):$/.test(url.protocol)) {
    throw new UsageError(`${JSON.stringify(text)}: ${ALLOWED}`);
  }
  return url;
}

/** What a person typed as a URL of any kind, `host:port` as one of http; undefined if it is none. */
export function urlIn(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

/** A client of the server at `url`. A page's link may carry a token: `#token=…`. */
export function openClient(url: URL, flags: JoinFlags & { readonly key?: string }): Client {
  const token = flags.token ?? new URLSearchParams(url.hash.slice(1)).get('token') ?? undefined;
  return connect(url, { ...flags, token, WebSocket });
}

/** Names the option at fault where the server didn't take its value, in a line safe to show. */
export function blame(client: Client, flags: JoinFlags, why: string): string {
  const { state } = client;
  const reason = state.name === 'stopped' ? state.reason : undefined;
  const { room, name } = flags;
  const words = visible(why);
  if (reason === 'bad_room') {
    return `${room === undefined ? 'the ?room= of the URL' : `--room ${JSON.stringify(room)}`}: ${words}`;
  }
  return reason === 'bad_name' ? `--name ${JSON.stringify(name ?? '')}: ${words}` : words;
}

/** The same as an error: one of usage where the server could not take the value of an option. */
export function faultOf(client: Client, flags: JoinFlags, why: string): Error {
  const { state } = client;
  const reason = state.name === 'stopped' ? state.reason : undefined;
  const line = blame(client, flags, why);
  return reason === 'bad_room' || reason === 'bad_name'
    ? new UsageError(line)
    : new StartError(line);
}
