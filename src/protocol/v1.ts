import type { Frame } from './frame.js';
import { jsonObjectIn } from './json-object.js';

/** The subprotocol in `Sec-WebSocket-Protocol`, offered by the client, echoed by the server. */
export const V1_SUBPROTOCOL = 'tickchat.v1';

/** Time within which a client must send `join`, its first frame, ms. */
export const JOIN_WITHIN_MS = 5000;

/** Longest id of a message, characters. */
export const MAX_ID_LENGTH = 64;

/**
 * Longest time between two tick frames of a client with sparse ticks, ms of server time. A client
 * gets every tick if the period is longer.
 */
export const SPARSE_TICK_MS = 5000;

/** Tick frames that a client asks for: every one, or a few to check its clock by. */
export type Ticks = 'all' | 'sparse';

/** The values of `ticks`, for messages to people. */
export const TICKS_RULE = '"all" or "sparse"';

/** A position in a room's log. */
export interface Position {
  /** Epoch of the log: a seq is meaningless in another one. */
  readonly epoch: string;
  readonly seq: number;
}

/** A client's public identity. */
export interface Person {
  /** Public id. A client that keeps its key keeps it over reconnects. */
  readonly id: string;
  readonly name: string;
}

/** `join`: the first frame of a client. */
export interface Join {
  readonly room?: string | undefined;
  readonly name?: string | undefined;
  /** A random secret from which the public id is derived. */
  readonly key?: string | undefined;
  /** Last position that the client has; later messages are replayed. */
  readonly after?: Position | undefined;
  readonly token?: string | undefined;
  /** Default: `all`. SSE streams get all, whatever it says. */
  readonly ticks?: Ticks | undefined;
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

/** The client itself, as the server knows it. */
export interface You extends Person {
  /** Whether it may send messages. */
  readonly write: boolean;
}

/** `hello`: the answer to `join`; {@link Hello.replay} `msg` frames of history follow. */
export interface Hello {
  readonly room: string;
  readonly you: You;
  /** The current tick and its timeline. */
  readonly tick: { readonly n: number; readonly epoch: number; readonly period: number };
  /** Server time, ms since 1970 with fractions. */
  readonly now: number;
  /** Newest position of the room. */
  readonly log: Position;
  /** true: the replay has everything after `after`; false: a gap; null: no `after` was sent. */
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
  /** Id chosen by the sender; `''` for a plain client's message. */
  readonly id: string;
}

/** `online`: the number of people in the room. */
export interface Online {
  readonly n: number;
}

/** `sync` from the server: the client's time, and server times of receipt and answer, ms. */
export interface ProbeAnswer {
  readonly t0: number;
  readonly t1: number;
  readonly t2: number;
}

/** Codes of `fail`. */
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

/** `fail`: a frame was rejected. After `unknown` the message may be kept: send the id again. */
export interface Fail {
  /** Id of the message that failed. */
  readonly id?: string;
  readonly code: FailCode;
  /** The reason, for people. */
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

/** Encodes a frame of a server. */
export function serverFrame<V extends keyof ServerPayloads>(
  verb: V,
  payload: ServerPayloads[V],
): Frame {
  return { verb, payload: JSON.stringify(payload) };
}

/** Encodes a frame of a client. */
export function clientFrame<V extends keyof ClientPayloads>(
  verb: V,
  payload: ClientPayloads[V],
): string {
  return `${verb}:${JSON.stringify(payload)}`;
}

/** Whether `value` is a valid `ticks` of `join`. */
export function isTicks(value: unknown): value is Ticks {
  return value === 'all' || value === 'sparse';
}

/** The JSON object in the payload of a frame; undefined if it holds none. */
export function payloadOf({ payload }: Frame): Readonly<Record<string, unknown>> | undefined {
  return jsonObjectIn(payload);
}
