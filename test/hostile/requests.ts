import { request } from '../support/raw-client.js';
import { casesOf, type HostileCase, type Row } from './case.js';

const HOST = { Host: 'localhost' };

function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return request('GET', path, { ...HOST, ...headers });
}

/** A request with a handwritten header section. */
function raw(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

const NOT_HTTP: readonly Row[] = [
  ['a TLS hello', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 'status 400'],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'status 400'],
  ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'status 400'],
  ['a mail server', 'EHLO example.com\r\n', 'status 400'],
  ['the PROXY protocol', 'PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET / HTTP/1.1\r\n', 'status 400'],
  ['Redis', '*1\r\n$4\r\nPING\r\n', 'status 400'],
  ['zeros', '\0'.repeat(1000), 'status 400'],
  ['ones', '\xff'.repeat(1000), 'status 400'],
  ['one line without an end', 'A'.repeat(20_000), 'status 400'],
  ['a frame of a WebSocket', '\x81\x85\x01\x02\x03\x04hello', 'status 400'],
];

const HALF: readonly Row[] = [
  ['nothing', '', 'status 408'],
  ['empty lines', '\r\n\r\n\r\n', 'status 408'],
  ['a method', 'GET ', 'status 408'],
  ['a request line', 'GET / HTTP/1.1\r\n', 'status 408'],
  ['headers without an end', 'GET / HTTP/1.1\r\nHost: localhost\r\nA: b', 'status 408'],
];

// Node's parser accepts some unused versions; they are answered like HTTP/1.1.
const REQUEST_LINES: readonly Row[] = [
  ['no target', raw('GET', 'Host: a'), 'status 400'],
  ['no version', raw('GET /', 'Host: a'), 'status 200'],
  ['HTTP/0.9', raw('GET / HTTP/0.9', 'Host: a'), 'status 200'],
  ['HTTP/1.0 without a host', raw('GET /healthz HTTP/1.0'), 'status 200'],
  ['HTTP/2.0', raw('GET / HTTP/2.0', 'Host: a'), 'status 200'],
  ['HTTP/9.9', raw('GET / HTTP/9.9', 'Host: a'), 'status 400'],
  ['another protocol', raw('GET / RTSP/1.0', 'Host: a'), 'status 200'],
  ['a method in small letters', raw('get / HTTP/1.1', 'Host: a'), 'status 400'],
  ['a method nobody knows', raw('BREW / HTTP/1.1', 'Host: a'), 'status 400'],
  ['a space too many', raw('GET  / HTTP/1.1', 'Host: a'), 'status 200'],
  ['a NUL in the target', raw('GET /\0 HTTP/1.1', 'Host: a'), 'status 400'],
  ['a tab in the target', raw('GET /\t HTTP/1.1', 'Host: a'), 'status 400'],
  ['a target of 70,000 bytes', get(`/${'a'.repeat(70_000)}`), 'status 431'],
  ['a relative target', raw('GET client.html HTTP/1.1', 'Host: a'), 'status 400'],
  ['an asterisk', raw('OPTIONS * HTTP/1.1', 'Host: a'), 'status 405'],
  ['another server’s address', get('http://evil.example/nothing'), 'status 404'],
  ['an address of no HTTP', get('ftp://evil.example/'), 'status 404'],
];

const PATHS: readonly Row[] = [
  '/../../../../etc/passwd',
  '/..%2f..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/js/../../package.json',
  '/js/%2e%2e/%2e%2e/package.json',
  '//etc/passwd',
  '/\\..\\..\\etc\\passwd',
  '/.env',
  '/.git/config',
  '/package.json',
  '/js',
  '/js/',
  '/client.html/',
  '/client.html%00.png',
  '/%00',
  '/%',
  '/%zz',
  '/%c0%af',
  '/CLIENT.HTML',
  '/node_modules/ws/package.json',
  '/WS',
  '/ws/',
  '/healthz/x',
].map((path) => [path, get(path), 'status 404'] as const);

const HEADERS: readonly Row[] = [
  ['no host', raw('GET / HTTP/1.1'), 'status 400'],
  ['a header without a colon', raw('GET / HTTP/1.1', 'Host: a', 'nothing'), 'status 400'],
  ['a space before the colon', raw('GET / HTTP/1.1', 'Host : a'), 'status 400'],
  ['a header without a name', raw('GET / HTTP/1.1', 'Host: a', ': b'), 'status 400'],
  ['a NUL in a value', raw('GET / HTTP/1.1', 'Host: a', 'B: \0'), 'status 400'],
  ['a NUL in a name', raw('GET / HTTP/1.1', 'Host: a', 'B\0: c'), 'status 400'],
  ['a line end within a value', raw('GET / HTTP/1.1', 'Host: a', 'B: c\rD: e'), 'status 400'],
  ['a folded value that smuggles', raw('GET / HTTP/1.1', ' Host: a'), 'status 400'],
  ['300 headers', get('/', many(300)), 'status 431'],
  ['3,000 headers', get('/', many(3000)), 'status 431'],
  ['a header of 70,000 bytes', get('/', { A: 'b'.repeat(70_000) }), 'status 431'],
  ['a cookie of 20,000 bytes', get('/', { Cookie: `a=${'b'.repeat(20_000)}` }), 'status 200'],
  ['an expectation', get('/', { Expect: 'wonders' }), 'status 417'],
  ['a range of one byte', get('/client.html', { Range: 'bytes=0-0' }), 'status 200'],
  ['a range out of the file', get('/client.html', { Range: 'bytes=99999999-' }), 'status 200'],
  ['a range that is none', get('/client.html', { Range: 'bytes=x-y' }), 'status 200'],
  ['two thousand ranges', get('/client.html', { Range: ranges(2000) }), 'status 200'],
  ['a date that is none', get('/client.html', { 'If-Modified-Since': 'x' }), 'status 200'],
  ['an offer of HTTP/2', get('/', { Connection: 'Upgrade', Upgrade: 'h2c' }), 'status 200'],
  ['an offer of anything', get('/', { Connection: 'Upgrade', Upgrade: '\x7f' }), 'status 400'],
];

const BODIES: readonly Row[] = [
  ['a negative length', body('Content-Length: -1'), 'status 400'],
  ['a length that is no number', body('Content-Length: x'), 'status 400'],
  ['an endless length', body(`Content-Length: ${'9'.repeat(30)}`), 'status 400'],
  ['two lengths', body('Content-Length: 1', 'Content-Length: 2'), 'status 400'],
  ['a length and chunks', body('Content-Length: 1', 'Transfer-Encoding: chunked'), 'status 400'],
  ['an encoding nobody knows', body('Transfer-Encoding: wonders'), 'status 405'],
  ['a chunk without a size', `${body('Transfer-Encoding: chunked')}x\r\n`, 'status 405'],
  ['a body that doesn’t come', body('Content-Length: 1000'), 'status 405'],
  ['a body with a GET', `${get('/healthz', { 'Content-Length': '5' })}hello`, 'status 200'],
];

const METHODS: readonly Row[] = [
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE', 'QUERY'].map(
    (method) => [method, request(method, '/'), 'status 405'] as const,
  ),
  ['CONNECT', request('CONNECT', 'evil.example:443'), 'cut'],
  ['1,500 requests at once', get('/client.html').repeat(1500), 'cut'],
];

/** Requests that are not handshakes. */
export const REQUESTS: readonly HostileCase[] = [
  ...casesOf('not HTTP', NOT_HTTP),
  ...casesOf('half a request', HALF),
  ...casesOf('request line', REQUEST_LINES),
  ...casesOf('path', PATHS),
  ...casesOf('header', HEADERS),
  ...casesOf('body', BODIES),
  ...casesOf('method', METHODS),
];

function body(...lines: readonly string[]): string {
  return raw('POST / HTTP/1.1', 'Host: a', ...lines);
}

function many(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`h${i}`, '']));
}

function ranges(count: number): string {
  return `bytes=${Array.from({ length: count }, () => '0-0').join(',')}`;
}
