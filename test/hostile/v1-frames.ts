import { handshake } from '../support/raw-client.js';
import { clientFrame, OPCODE } from '../support/raw-frames.js';
import { casesOf, type HostileCase, type Row } from './case.js';

const V1 = Buffer.from(handshake({ 'Sec-WebSocket-Protocol': 'tickchat.v1' }));

/** A handshake and texts, in one write. */
function after(...texts: readonly string[]): Buffer {
  return Buffer.concat([V1, ...texts.map((text) => clientFrame(OPCODE.text, text))]);
}

/** Frames after a valid `join`: each is answered with `fail`, and the connection stays open. */
const FORGIVEN = [
  '',
  ':',
  'msg',
  'msg:',
  'msg:null',
  'msg:[]',
  'msg:"x"',
  'msg:{}',
  'msg:{"id":1,"text":"x"}',
  'msg:{"id":"1","text":1}',
  'msg:{"id":"1","text":""}',
  `msg:{"id":"${'x'.repeat(65)}","text":"x"}`,
  'msg:{"id":"1","text":"x"',
  'msg:{"id":"1","text":"\\ud800"}',
  'msg:{"__proto__":{"id":"1","text":"x"}}',
  'msg:{"constructor":{"prototype":{"id":"1"}}}',
  `msg:${'['.repeat(4000)}`,
  `msg:${'{"a":'.repeat(1000)}`,
  `msg:{"id":"1","text":"${'x'.repeat(4097)}"}`,
  `msg:{"id":"1","text":"${'\\u0000'.repeat(4096)}"}`,
  'msg:1e999',
  'tick:1',
  'hello:{}',
  'constructor:{}',
  '__proto__:{}',
  'toString:{}',
  'join:{}',
  'name:{"name":1}',
  'name:{"name":""}',
  `name:{"name":"${'x'.repeat(33)}"}`,
  'name:{"name":"\\u202eevil"}',
  'sync:{"t0":"x"}',
  'sync:{"t0":1e999}',
  'sync:{}',
] as const;

const BAD_JOINS = [
  'join:',
  'join:null',
  'join:[]',
  'join:{"room":1}',
  'join:{"room":"../x"}',
  'join:{"room":"__proto__"}',
  'join:{"name":{}}',
  'join:{"key":1}',
  'join:{"after":1}',
  'join:{"after":{"epoch":"x","seq":-1}}',
  'join:{"after":{"epoch":"x","seq":1.5}}',
  'join:{"after":{"epoch":1,"seq":1}}',
  'join:{"ticks":"some"}',
  'join:{"ticks":{"__proto__":"all"}}',
  'msg:{"id":"1","text":"too early"}',
  'sync:{"t0":1}',
] as const;

const OTHERS: readonly Row[] = [
  ['no join at all', V1, 'close 4001'],
  ['ten bad frames', after(...Array.from({ length: 10 }, () => 'nonsense')), 'close 4000'],
  [
    'after another log’s end',
    after('join:{"after":{"epoch":"x","seq":9007199254740991}}'),
    'alive',
  ],
  ['joining twice at once', after('join:{}', 'join:{"room":"other"}'), 'alive'],
  ['a frame over every limit', after(`msg:${'x'.repeat(40_000)}`), 'close 1009'],
  [
    'a name in 8-bit binary',
    Buffer.concat([V1, clientFrame(OPCODE.binary, 'join:{}')]),
    'close 1003',
  ],
];

/** Invalid frames of tickchat.v1. */
export const V1_FRAMES: readonly HostileCase[] = casesOf('v1', [
  ...FORGIVEN.map(
    (text): Row => [`${text.slice(0, 50)} when joined`, after('join:{}', text), 'alive'],
  ),
  ...BAD_JOINS.map((text): Row => [`${text} first`, after(text), 'alive']),
  ...OTHERS,
]);
