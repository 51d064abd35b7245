import { handshake, request } from '../support/raw-client.js';
import { casesOf, type HostileCase, type Row } from './case.js';

type Headers = Readonly<Record<string, string | undefined>>;

function each(header: string, values: readonly string[], expected: string): Row[] {
  return values.map((value) => [
    `${header}: ${JSON.stringify(value)}`,
    handshake({ [header]: value }),
    expected,
  ]);
}

const VERSIONS: readonly Row[] = [
  ...each('Sec-WebSocket-Version', ['', '0', '8', '14', '13, 8', '13x', '-13'], 'status 426'),
  ['without a version', handshake({ 'Sec-WebSocket-Version': undefined }), 'status 426'],
  [
    'a draft of 2010',
    `${handshake({
      'Sec-WebSocket-Version': undefined,
      'Sec-WebSocket-Key': undefined,
      'Sec-WebSocket-Key1': '4 @1  46546xW%0l 1 5',
      'Sec-WebSocket-Key2': '12998 5 Y3 1  .P00',
    })}^n:ds[4U`,
    'status 426',
  ],
];

const KEYS: readonly Row[] = [
  ...each(
    'Sec-WebSocket-Key',
    ['', 'abc', 'x'.repeat(24), `${'A'.repeat(24)}==`, 'A'.repeat(10_000), '\xff'.repeat(22)],
    'status 400',
  ),
  ['no key', handshake({ 'Sec-WebSocket-Key': undefined }), 'status 400'],
];

const PROTOCOLS: readonly Row[] = [
  ...each('Sec-WebSocket-Protocol', ['a,,b', ',', 'a b', 'a,a', 'a\x7f', '\xe9'], 'status 400'),
  ...each('Sec-WebSocket-Protocol', ['tickchat.v9', 'TICKCHAT.V1'], 'alive'),
  ['1,500 of them', handshake({ 'Sec-WebSocket-Protocol': offers(1500) }), 'alive'],
];

const EXTENSIONS: readonly Row[] = each(
  'Sec-WebSocket-Extensions',
  [
    'permessage-deflate',
    'permessage-deflate; server_max_window_bits=99',
    'x'.repeat(5000),
    ';;;,,,',
    '__proto__; constructor="x"',
  ],
  'alive',
);

const ORIGINS: readonly Row[] = each(
  'Origin',
  [
    'null',
    '',
    'http://evil.example',
    'http://localhost:1',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://evil.example/localhost',
    'http://evil.example\\localhost',
    'http://localhost, http://evil.example',
    'file://',
    'javascript:alert(1)',
    `http://${'a'.repeat(5000)}`,
  ],
  'status 403',
);

const ROOMS: readonly Row[] = [
  '?room=',
  '?room=Lobby',
  '?room=a%20b',
  '?room=..%2f..%2fetc',
  '?room=%00',
  '?room=%',
  '?room=%ff%fe',
  '?room=-a',
  `?room=${'x'.repeat(65)}`,
  '?room=__proto__',
].map((query) => [query, handshake({}, `/ws${query}`), 'status 400'] as const);

const LENIENT: readonly Row[] = [
  ['a room twice: the first counts', handshake({}, '/ws?room=a&room=B'), 'alive'],
  ['a query of 5,000 fields', handshake({}, `/ws?${'a&'.repeat(5000)}`), 'alive'],
  ['lies about its address', handshake({ 'X-Forwarded-For': '1, 2, 3', Forwarded: 'x' }), 'alive'],
];

const SHAPES: readonly Row[] = [
  ['no host', handshake({ Host: undefined }), 'status 400'],
  ['HTTP/1.0', handshake().replace('HTTP/1.1', 'HTTP/1.0'), 'status 400'],
  ['POST', handshake().replace('GET', 'POST'), 'status 405'],
  ['HEAD', handshake().replace('GET', 'HEAD'), 'status 426'],
  ['without Upgrade', handshake({ Upgrade: undefined }), 'status 426'],
  ['without Connection', handshake({ Connection: undefined }), 'status 426'],
  ['Connection: close', handshake({ Connection: 'close' }), 'status 426'],
  ['an upgrade to two things', handshake({ Upgrade: 'websocket, h2c' }), 'status 426'],
  ['300 headers', handshake(many(300)), 'status 431'],
  ['another path', handshake({}, '/client.html'), 'status 404'],
  ['a path above', handshake({}, '/x/../ws'), 'status 404'],
  ['twice', handshake() + handshake(), 'close 1002'],
  ['behind a request', request('GET', '/client.html') + handshake(), 'cut'],
  ['half', handshake().slice(0, 60), 'status 408'],
  ['with a body', `${handshake({ 'Content-Length': '5' })}hello`, 'status 400'],
  ['with a body that doesn’t come', handshake({ 'Content-Length': '5' }), 'status 400'],
  ['with chunks', handshake({ 'Transfer-Encoding': 'chunked' }), 'status 400'],
];

/** Invalid and unusual handshakes. */
export const HANDSHAKES: readonly HostileCase[] = casesOf('handshake', [
  ...VERSIONS,
  ...KEYS,
  ...PROTOCOLS,
  ...EXTENSIONS,
  ...ORIGINS,
  ...ROOMS,
  ...LENIENT,
  ...SHAPES,
]);

function offers(count: number): string {
  return Array.from({ length: count }, (_, i) => `p${i}`).join(',');
}

function many(count: number): Headers {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`h${i}`, '']));
}
