import { parseFrame } from './frame.js';
import { isObject } from './json-object.js';
import {
  FAIL_CODES,
  payloadOf,
  type Fail,
  type FailCode,
  type Hello,
  type Message,
  type Online,
  type Person,
  type Position,
  type ProbeAnswer,
  type You,
} from './v1.js';

/** A code of `fail`; `other` stands for one that this version does not know. */
export type ReceivedFailCode = FailCode | 'other';

/** A `fail` as a client reads it. */
export interface ReceivedFail extends Omit<Fail, 'code'> {
  readonly code: ReceivedFailCode;
}

/** A server's frame that a client understands. */
export type ServerFrame =
  | { readonly verb: 'tick'; readonly payload: number }
  | { readonly verb: 'hello'; readonly payload: Hello }
  /** A `hello` that breaks the protocol: nothing can be built on it. */
  | { readonly verb: 'bad hello'; readonly payload: undefined }
  | { readonly verb: 'msg'; readonly payload: Message }
  | { readonly verb: 'online'; readonly payload: Online }
  | { readonly verb: 'sync'; readonly payload: ProbeAnswer }
  | { readonly verb: 'fail'; readonly payload: ReceivedFail };

type Check = (value: unknown) => boolean;

const TICK_NUMBER = /^\d{1,15}$/;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isString: Check = (value) => typeof value === 'string';
const isInteger: Check = (value) => Number.isSafeInteger(value);
const isCount: Check = (value) => isInteger(value) && Number(value) >= 0;
const isPositive: Check = (value) => isInteger(value) && Number(value) > 0;
const isFinite: Check = (value) => Number.isFinite(value);
/**
 * Latest time, ms: about the year 73,000. Differences of times up to it are exact to half a ms in a
 * double, so that a clock does not stand still between two ticks; a `Date` can hold them.
 */
const LATEST_MS = 2 ** 51;

const isTime: Check = (value) => isFinite(value) && Math.abs(Number(value)) <= LATEST_MS;
const isWholeTime: Check = (value) => isInteger(value) && isTime(value);
const isRate: Check = (value) => isFinite(value) && Number(value) >= 0;

/** A period of ticks, ms: shorter than 1 no clock ticks, longer than this none is ever due. */
const isPeriod: Check = (value) => isPositive(value) && Number(value) <= LATEST_MS;

/** A check of every field of `T`; other fields are left alone. */
function shape<T>(checks: { readonly [Field in keyof Required<T>]: Check }) {
  const entries = Object.entries<Check>(checks);
  return (value: unknown): value is T =>
    isObject(value) && entries.every(([field, check]) => check(value[field]));
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

const isPerson = shape<Person>({ id: isString, name: isString });

/** A server older than `write` lacks it. */
const isYou = shape<You>({ id: isString, name: isString, write: optional(isBoolean) });

const isHello = shape<Hello>({
  room: isString,
  you: isYou,
  tick: shape<Hello['tick']>({ n: isInteger, epoch: isWholeTime, period: isPeriod }),
  now: isTime,
  log: shape<Position>({ epoch: isString, seq: isCount }),
  recovered: (value) => value === null || isBoolean(value),
  replay: isCount,
  online: isCount,
  limits: shape<Hello['limits']>({ message: isPositive, rate: isRate, burst: isRate }),
  server: isString,
});

const isMessage = shape<Message>({
  seq: isCount,
  at: isTime,
  from: isPerson,
  text: isString,
  id: isString,
});

const isOnline = shape<Online>({ n: isCount });

const isProbeAnswer = shape<ProbeAnswer>({ t0: isFinite, t1: isTime, t2: isTime });

const isFail = shape<ReceivedFail>({
  id: optional(isString),
  code: isString,
  text: isString,
  retryAfterMs: optional(isRate),
});

/**
 * Reads one frame of a v1 server. Returns undefined for a frame to be ignored: an unknown verb, or
 * a payload, other than that of `hello`, that breaks the protocol. Unknown fields are kept; an
 * unknown code of `fail` becomes `other`. Never throws.
 */
export function readServerFrame(text: string): ServerFrame | undefined {
  const frame = parseFrame(text);
  if (frame === undefined) return undefined;
  const { verb, payload } = frame;
  if (verb === 'tick') {
    return TICK_NUMBER.test(payload) ? { verb, payload: Number(payload) } : undefined;
  }
  const fields = payloadOf(frame);
  switch (verb) {
    case 'hello':
      return isHello(fields)
        ? { verb, payload: { ...fields, you: { ...fields.you, write: fields.you.write ?? true } } }
        : { verb: 'bad hello', payload: undefined };
    case 'msg':
      return isMessage(fields) ? { verb, payload: fields } : undefined;
    case 'online':
      return isOnline(fields) ? { verb, payload: fields } : undefined;
    case 'sync':
      return isProbeAnswer(fields) ? { verb, payload: fields } : undefined;
    case 'fail':
      return isFail(fields)
        ? { verb, payload: { ...fields, code: known(fields.code) } }
        : undefined;
    default:
      return undefined;
  }
}

function known(code: string): ReceivedFailCode {
  return FAIL_CODES.find((failCode) => failCode === code) ?? 'other';
}
