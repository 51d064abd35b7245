import type { Frame } from './frame.js';

/** What a client offers, and a server that speaks it echoes, in `Sec-WebSocket-Protocol`. */
export const V1_SUBPROTOCOL = 'tickchat.v1';

/** The first frame of a client must be `join`, within this time, ms. */
export const JOIN_WITHIN_MS = 5000;

/** Longest id of a message, in characters. */
export const MAX_ID_LENGTH = 64;

/** A place in a room's log. */
export interface Position {
  /** Which life of the log: a seq of another one means nothing. */
  readonly epoch: string;
  readonly seq: number;
}

/** Who somebody is to others. */
export interface Person {
  /** Public id: the same over reconnects of a client that keeps its key. */
  readonly id: string;
  readonly name: string;
}

/** `join`: the first frame of a client. */
export interface Join {
  readonly room?: string;
  readonly name?: string;
  /** A random secret that the client keeps, so that its public id stays the same. */
  readonly key?: string;
  /** The last position it has: what came after it is replayed. */
  readonly after?: Position;
  readonly token?: string;
}

/** `msg` from a client. The same id sent again by the same client is the same message. */
export interface Send {
  readonly id: string;
  readonly text: string;
}

/** `name`: a new display name. */
export interface Rename {
  readonly name: string;
}

/** `sync` from a client: its clock when it sent it, ms. */
export interface Probe {
  readonly t0: number;
}

/** `hello`: the answer to `join`; {@link Hello.replay} `msg` frames of history follow. */
export interface Hello {
  readonly room: string;
  readonly you: Person;
  /** The tick that is on, and the timeline that it belongs to. */
  readonly tick: { readonly n: number; readonly epoch: number; readonly period: number };
  /** Server time, ms since 1970 with fractions. */
  readonly now: number;
  /** Newest position of the room. */
  readonly log: Position;
  /** Everything after `after` is in the replay; or there is a gap; or no `after` was given. */
  readonly recovered: boolean | null;
  readonly replay: number;
  readonly online: number;
  readonly limits: {
    /** Largest text, bytes of UTF-8. */
    readonly message: number;
    /** Messages read a second; 0 = no limit. */
    readonly rate: number;
    readonly burst: number;
  };
  /** Name and version of the server. */
  readonly server: string;
}

/** `msg` from the server. The sender's own copy is its receipt. */
export interface Message {
  readonly seq: number;
  /** Server time, ms since 1970. */
  readonly at: number;
  readonly from: Person;
  readonly text: string;
  /** The id that its sender chose; `''` for a plain client's. */
  readonly id: string;
}

/** `online`: how many are in the room. */
export interface Online {
  readonly n: number;
}

/** `sync` from the server: the client's time, and when the server got and answered it, ms. */
export interface ProbeAnswer {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
}

/** Why a frame was not accepted. */
export const FAIL_CODES = [
  'bad_frame',
  'bad_room',
  'bad_name',
  'too_long',
  'empty',
  'forbidden',
  'unavailable',
  'unknown',
] as const;

/** One of {@link FAIL_CODES}. */
export type FailCode = (typeof FAIL_CODES)[number];

/** `fail`: a frame was not accepted; `unknown`: whether it was isn't known, send the id again. */
export interface Fail {
  /** Of the message that failed. */
  readonly id?: string;
  readonly code: FailCode;
  /** For people. */
  readonly text: string;
  readonly retryAfterMs?: number;
}

/** Payloads of the frames that a server sends, by verb; `tick` has its own. */
export interface ServerPayloads {
  readonly hello: Hello;
  readonly msg: Message;
  readonly online: Online;
  readonly sync: ProbeAnswer;
  readonly fail: Fail;
}

/** Payloads of the frames that a client sends, by verb. */
export interface ClientPayloads {
  readonly join: Join;
  readonly msg: Send;
  readonly name: Rename;
  readonly sync: Probe;
}

/** A frame of a server. */
export function serverFrame<V extends keyof ServerPayloads>(
  verb: V,
  payload: ServerPayloads[V],
): string {
  return `${verb}:${JSON.stringify(payload)}`;
}

/** A frame of a client. */
export function clientFrame<V extends keyof ClientPayloads>(
  verb: V,
  payload: ClientPayloads[V],
): string {
  return `${verb}:${JSON.stringify(payload)}`;
}

/** The object in the payload of a frame; undefined if it isn't JSON, or not an object. */
export function payloadOf({ payload }: Frame): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(payload);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether `value` is what `{…}` gives in JSON. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
