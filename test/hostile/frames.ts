import { handshake } from '../support/raw-client.js';
import { clientFrame, OPCODE, type FrameFlaws } from '../support/raw-frames.js';
import { casesOf, type HostileCase, type Row } from './case.js';

const PLAIN = Buffer.from(handshake());
const { text, binary, ping, pong, close, continuation } = OPCODE;
const FIRST: FrameFlaws = { final: false };

/** A handshake and frames, in one write. */
function after(...frames: readonly Buffer[]): Buffer {
  return Buffer.concat([PLAIN, ...frames]);
}

function hex(bytes: string): Buffer {
  return Buffer.from(bytes.replaceAll(' ', ''), 'hex');
}

const HEADERS: readonly Row[] = [
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map(
    (opcode): Row => [`opcode ${opcode}`, after(clientFrame(opcode, 'x')), 'close 1002'],
  ),
  ...[1, 2, 3, 4, 5, 6, 7].map(
    (reserved): Row => [
      `reserved bits ${reserved}`,
      after(clientFrame(text, 'x', { reserved })),
      'close 1002',
    ],
  ),
  ...Object.entries(OPCODE).map(
    ([name, opcode]): Row => [
      `unmasked ${name}`,
      after(clientFrame(opcode, 'xx', { masked: false })),
      'close 1002',
    ],
  ),
  ...[ping, pong, close].map(
    (opcode): Row => [
      `control frame ${opcode} in fragments`,
      after(clientFrame(opcode, 'xx', FIRST)),
      'close 1002',
    ],
  ),
  ...[ping, pong, close].map(
    (opcode): Row => [
      `control frame ${opcode} of 126 bytes`,
      after(clientFrame(opcode, 'x'.repeat(126))),
      'close 1002',
    ],
  ),
  ['a length of 2^63', after(hex('81 ff 80 00 00 00 00 00 00 00 00 00 00 00')), 'close 1009'],
  ['a length of 2^53', after(hex('81 ff 00 20 00 00 00 00 00 00 00 00 00 00')), 'close 1009'],
  ['a length of 4 GB', after(hex('81 ff 00 00 00 01 00 00 00 00 00 00 00 00')), 'close 1009'],
  ['a length of 4097', after(hex('81 fe 10 01 00 00 00 00')), 'close 1009'],
  ['1 byte said in 16 bits', after(hex('81 fe 00 01 00 00 00 00 41')), 'alive'],
  ['1 byte said in 64 bits', after(hex('81 ff 00 00 00 00 00 00 00 01 00 00 00 00 41')), 'alive'],
  ['a mask of zeros', after(hex('81 81 00 00 00 00 41')), 'alive'],
];

const FRAGMENTS: readonly Row[] = [
  ['a continuation of nothing', after(clientFrame(continuation, 'x')), 'close 1002'],
  [
    'a text within a text',
    after(clientFrame(text, 'x', FIRST), clientFrame(text, 'y')),
    'close 1002',
  ],
  [
    'a binary within a text',
    after(clientFrame(text, 'x', FIRST), clientFrame(binary, 'y')),
    'close 1002',
  ],
  [
    'more than the limit together',
    after(clientFrame(text, 'x'.repeat(4000), FIRST), clientFrame(continuation, 'x'.repeat(97))),
    'close 1009',
  ],
  [
    'a thousand empty ones',
    after(
      clientFrame(text, '', FIRST),
      ...Array.from({ length: 1000 }, () => clientFrame(continuation, '', FIRST)),
      clientFrame(continuation, 'x'),
    ),
    'alive',
  ],
  [
    'with a ping between them',
    after(clientFrame(text, 'a', FIRST), clientFrame(ping, ''), clientFrame(continuation, 'b')),
    'alive',
  ],
  [
    'a character in two',
    after(
      clientFrame(text, Buffer.from([0xc3]), FIRST),
      clientFrame(continuation, Buffer.from([0xa9])),
    ),
    'alive',
  ],
  [
    'half a character at the end of the last',
    after(clientFrame(text, 'a', FIRST), clientFrame(continuation, Buffer.from([0xc3]))),
    'close 1007',
  ],
];

const NOT_UTF8: readonly Row[] = [
  ['a lone continuation byte', '80'],
  ['a cut character', 'e2 82'],
  ['an overlong slash', 'c0 af'],
  ['an overlong slash of three bytes', 'e0 80 af'],
  ['an overlong NUL', 'c0 80'],
  ['half a surrogate pair', 'ed a0 80'],
  ['a pair of surrogates', 'ed a0 80 ed b0 80'],
  ['above U+10FFFF', 'f4 90 80 80'],
  ['five bytes', 'f8 88 80 80 80'],
  ['FE', 'fe'],
  ['FF among letters', '61 ff 62'],
].map(([name = '', bytes = '']) => [name, after(clientFrame(text, hex(bytes))), 'close 1007']);

const CLOSES: readonly Row[] = [
  ...[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map(
    (code): Row => [`code ${code}`, after(clientFrame(close, codeOf(code))), 'close 1002'],
  ),
  ...[1000, 1001, 1011, 3000, 4008, 4999].map(
    (code): Row => [`code ${code}`, after(clientFrame(close, codeOf(code))), `close ${code}`],
  ),
  ['half a code', after(clientFrame(close, 'x')), 'close 1002'],
  [
    'a reason that is not UTF-8',
    after(clientFrame(close, Buffer.concat([codeOf(1000), hex('c0 af')]))),
    'close 1007',
  ],
  ['and then more', after(clientFrame(close, codeOf(1000)), clientFrame(text, 'x')), 'close 1000'],
];

const MESSAGES: readonly Row[] = [
  ['binary', after(clientFrame(binary, 'x')), 'close 1003'],
  ['empty binary', after(clientFrame(binary, '')), 'close 1003'],
  [
    'binary in fragments',
    after(clientFrame(binary, 'x', FIRST), clientFrame(continuation, 'y')),
    'close 1003',
  ],
  ['a text of 4097 bytes', after(clientFrame(text, 'x'.repeat(4097))), 'close 1009'],
  ['a text of 64 KB', after(clientFrame(text, 'x'.repeat(65_536))), 'close 1009'],
  ['a text of 4096 bytes', after(clientFrame(text, 'x'.repeat(4096))), 'alive'],
  ['an empty text', after(clientFrame(text, '')), 'alive'],
  ['a text of NULs', after(clientFrame(text, '\0'.repeat(100))), 'alive'],
  ['the end of Unicode', after(clientFrame(text, '\u{10ffff}\uffff\ufeff')), 'alive'],
  ['a frame of the server', after(clientFrame(text, 'tick:999999999')), 'alive'],
  ['a page', after(clientFrame(text, '<script>alert(1)</script>')), 'alive'],
  ['an escape sequence', after(clientFrame(text, '\u001b]0;owned\u0007\u001b[2J')), 'alive'],
  [
    'answers to no ping',
    after(...Array.from({ length: 100 }, () => clientFrame(pong, 'x'))),
    'alive',
  ],
  ['thirty pings', after(...Array.from({ length: 30 }, () => clientFrame(ping, 'x'))), 'alive'],
  ['HTTP', after(PLAIN), 'close 1002'],
];

/** Invalid and unusual frames after a valid handshake. */
export const FRAMES: readonly HostileCase[] = [
  ...casesOf('frame', HEADERS),
  ...casesOf('fragments', FRAGMENTS),
  ...casesOf('not UTF-8', NOT_UTF8),
  ...casesOf('close', CLOSES),
  ...casesOf('message', MESSAGES),
];

function codeOf(code: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return bytes;
}
