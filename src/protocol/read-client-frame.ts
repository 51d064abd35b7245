import { parseFrame } from './frame.js';
import { isObject } from './json-object.js';
import { isKey, KEY_RULE } from './key.js';
import { cleanName, NAME_RULE } from './name.js';
import { isRoomName, ROOM_NAME_RULE } from './room-name.js';
import { faultOfText, isWellFormed } from './text.js';
import {
  isTicks,
  MAX_ID_LENGTH,
  payloadOf,
  TICKS_RULE,
  type Fail,
  type FailCode,
  type Join,
  type Position,
  type Probe,
  type Rename,
  type Send,
} from './v1.js';

/** A valid client frame, or the `fail` that answers an invalid one. */
export type ClientFrame =
  | { readonly verb: 'join'; readonly payload: Join }
  | { readonly verb: 'msg'; readonly payload: Send }
  | { readonly verb: 'name'; readonly payload: Rename }
  | { readonly verb: 'sync'; readonly payload: Probe }
  | { readonly verb: 'fail'; readonly payload: Fail };

type Fields = Readonly<Record<string, unknown>>;

/** Reads and checks one frame of a v1 client. `maxMessage` is in bytes of UTF-8. Never throws. */
export function readClientFrame(text: string, maxMessage: number): ClientFrame {
  const frame = parseFrame(text);
  if (frame === undefined) return fail('bad_frame', 'a frame is verb:payload');
  const read = READERS[frame.verb];
  if (read === undefined) return fail('bad_frame', 'the verbs are join, msg, name and sync');
  const fields = payloadOf(frame);
  if (fields === undefined) return fail('bad_frame', `${frame.verb} takes a JSON object`);
  return read(fields, maxMessage);
}

const READERS: Readonly<
  Partial<Record<string, (fields: Fields, maxMessage: number) => ClientFrame>>
> = { __proto__: null, join: readJoin, msg: readSend, name: readRename, sync: readProbe } as never;

function readJoin({ room, name, key, after, token, ticks }: Fields): ClientFrame {
  if (room !== undefined && !(typeof room === 'string' && isRoomName(room))) {
    return fail('bad_room', `a room is ${ROOM_NAME_RULE}`);
  }
  const cleaned = typeof name === 'string' ? cleanName(name) : undefined;
  if (name !== undefined && cleaned === undefined)
    return fail('bad_name', `a name is ${NAME_RULE}`);
  if (key !== undefined && !(typeof key === 'string' && isKey(key))) {
    return fail('bad_frame', `key takes ${KEY_RULE}`);
  }
  if (after !== undefined && !isPosition(after)) {
    return fail('bad_frame', 'after takes {"epoch", "seq"}');
  }
  // Access checks the form of a token, and rejects a bad one with 4003.
  if (token !== undefined && typeof token !== 'string') {
    return fail('bad_frame', 'token takes a string');
  }
  if (ticks !== undefined && !isTicks(ticks)) return fail('bad_frame', `ticks takes ${TICKS_RULE}`);
  const payload: Join = {
    ...(room === undefined ? {} : { room }),
    ...(cleaned === undefined ? {} : { name: cleaned }),
    ...(key === undefined ? {} : { key }),
    ...(after === undefined ? {} : { after: { epoch: after.epoch, seq: after.seq } }),
    ...(token === undefined ? {} : { token }),
    ...(ticks === undefined ? {} : { ticks }),
  };
  return { verb: 'join', payload };
}

function readSend({ id, text }: Fields, maxMessage: number): ClientFrame {
  if (!isText(id, 1, MAX_ID_LENGTH)) {
    return fail('bad_frame', `id takes 1 to ${MAX_ID_LENGTH} characters`);
  }
  if (typeof text !== 'string') return fail('bad_frame', 'text takes a string', id);
  const fault = faultOfText(text, maxMessage);
  return fault === undefined
    ? { verb: 'msg', payload: { id, text } }
    : fail(fault.code, fault.text, id);
}

function readRename({ name }: Fields): ClientFrame {
  const cleaned = typeof name === 'string' ? cleanName(name) : undefined;
  if (cleaned === undefined) return fail('bad_name', `a name is ${NAME_RULE}`);
  return { verb: 'name', payload: { name: cleaned } };
}

function readProbe({ t0 }: Fields): ClientFrame {
  if (typeof t0 !== 'number' || !Number.isFinite(t0)) return fail('bad_frame', 't0 takes a number');
  return { verb: 'sync', payload: { t0 } };
}

function isText(value: unknown, min: number, max: number): value is string {
  return (
    typeof value === 'string' && value.length >= min && value.length <= max && isWellFormed(value)
  );
}

function isPosition(value: unknown): value is Position {
  if (!isObject(value)) return false;
  const { epoch, seq } = value;
  return isText(epoch, 1, MAX_ID_LENGTH) && Number.isSafeInteger(seq) && Number(seq) >= 0;
}

function fail(code: FailCode, text: string, id?: string): ClientFrame {
  return { verb: 'fail', payload: { ...(id === undefined ? {} : { id }), code, text } };
}
