import { parseFrame } from './frame.js';
import {
  isObject,
  payloadOf,
  type Fail,
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

/** An example of a payload: its fields must be there, of the same type. */
type Example = { readonly [field: string]: string | number | Example };

const TICK_NUMBER = /^\d{1,15}$/;

const PERSON: Example = { id: '', name: '' };

const EXAMPLES = new Map<string, Example>([
  [
    'hello',
    {
      room: '',
      you: PERSON,
      tick: { n: 0, epoch: 0, period: 0 },
      now: 0,
      log: { epoch: '', seq: 0 },
      replay: 0,
      online: 0,
      limits: { message: 0 },
    },
  ],
  ['msg', { seq: 0, at: 0, from: PERSON, text: '', id: '' }],
  ['online', { n: 0 }],
  ['sync', { t0: 0, t1: 0, t2: 0 }],
  ['fail', { code: '', text: '' }],
]);

/**
 * Reads one frame of a v1 server. Undefined for one to be ignored: a verb that is for newer clients
 * than this, a payload that doesn't hold. What it doesn't know in a payload is let through, codes of
 * failures too. Never throws.
 */
export function readServerFrame(text: string): ServerFrame | undefined {
  const frame = parseFrame(text);
  if (frame === undefined) return undefined;
  const { verb, payload } = frame;
  if (verb === 'tick') {
    return TICK_NUMBER.test(payload) ? { verb, payload: Number(payload) } : undefined;
  }
  const example = EXAMPLES.get(verb);
  const fields = example && payloadOf(frame);
  return example && fits(fields, example)
    ? ({ verb, payload: fields } as unknown as ServerFrame)
    : undefined;
}

function fits(value: unknown, example: Example): boolean {
  return (
    isObject(value) &&
    Object.entries(example).every(([field, like]) =>
      typeof like === 'object' ? fits(value[field], like) : typeof value[field] === typeof like,
    )
  );
}
