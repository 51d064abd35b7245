import { parseFrame } from './frame.js';
import {
  FAIL_CODES,
  isObject,
  payloadOf,
  type Fail,
  type FailCode,
  type Hello,
  type Message,
  type Online,
  type ProbeAnswer,
} from './v1.js';

/** A frame of a server that a client understands. */
export type ServerFrame =
  | { readonly verb: 'tick'; readonly payload: number }
  | { readonly verb: 'hello'; readonly payload: Hello }
  | { readonly verb: 'msg'; readonly payload: Message }
  | { readonly verb: 'online'; readonly payload: Online }
  | { readonly verb: 'sync'; readonly payload: ProbeAnswer }
  | { readonly verb: 'fail'; readonly payload: Fail };

/** What the fields of a payload must be; those that nobody looks at are let through. */
type Shape = { readonly [field: string]: 'string' | 'number' | Shape };

const TICK_NUMBER = /^\d{1,15}$/;

const PERSON: Shape = { id: 'string', name: 'string' };

const SHAPES = new Map<string, Shape>([
  [
    'hello',
    {
      room: 'string',
      you: PERSON,
      tick: { n: 'number', epoch: 'number', period: 'number' },
      now: 'number',
      log: { epoch: 'string', seq: 'number' },
      replay: 'number',
      online: 'number',
      limits: { message: 'number', rate: 'number', burst: 'number' },
      server: 'string',
    },
  ],
  ['msg', { seq: 'number', at: 'number', from: PERSON, text: 'string', id: 'string' }],
  ['online', { n: 'number' }],
  ['sync', { t0: 'number', t1: 'number', t2: 'number' }],
  ['fail', { code: 'string', text: 'string' }],
]);

/**
 * Reads one frame of a v1 server. Undefined for one to be ignored: a verb that is for newer clients
 * than this, a payload that doesn't hold. Fields it doesn't know are let through. Never throws.
 */
export function readServerFrame(text: string): ServerFrame | undefined {
  const frame = parseFrame(text);
  if (frame === undefined) return undefined;
  const { verb, payload } = frame;
  if (verb === 'tick') {
    return TICK_NUMBER.test(payload) ? { verb, payload: Number(payload) } : undefined;
  }
  const shape = SHAPES.get(verb);
  const fields = shape === undefined ? undefined : payloadOf(frame);
  if (shape === undefined || !fits(fields, shape)) return undefined;
  return { verb, payload: verb === 'fail' ? failOf(fields) : fields } as unknown as ServerFrame;
}

function fits(value: unknown, shape: Shape): value is Readonly<Record<string, unknown>> {
  return (
    isObject(value) &&
    Object.entries(shape).every(([field, kind]) =>
      typeof kind === 'string' ? typeof value[field] === kind : fits(value[field], kind),
    )
  );
}

/** A code of a newer server is as good as "bad frame": trying again would not change it. */
function failOf({ id, code, text, retryAfterMs }: Readonly<Record<string, unknown>>): Fail {
  return {
    code: FAIL_CODES.find((known) => known === code) ?? ('bad_frame' satisfies FailCode),
    text: String(text),
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
  };
}
