import { describe, expect, it } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { readInput } from '../../src/cli/connect/input.js';
import { visibleLines } from '../../src/cli/connect/visible-text.js';
import { messageOf } from '../../src/cli/errors.js';
import { jsonObjectIn } from '../../src/protocol/json-object.js';
import { cleanName, likenessOf } from '../../src/protocol/name.js';
import { readClientFrame } from '../../src/protocol/read-client-frame.js';
import { readServerFrame } from '../../src/protocol/read-server-frame.js';
import { isRoomName } from '../../src/protocol/room-name.js';
import { readMessageBody } from '../../src/server/api/message-body.js';
import { tokenOf } from '../../src/server/auth/bearer.js';
import { isRoomPattern, matchesRoom } from '../../src/server/auth/room-pattern.js';
import { readTokenKey } from '../../src/server/auth/token-key.js';
import { trustProxies } from '../../src/server/http/client-address.js';
import { hostCheck } from '../../src/server/http/host.js';
import { originAllowed } from '../../src/server/http/origin.js';
import { targetOf } from '../../src/server/http/request-target.js';
import { codingFor } from '../../src/server/http/static-files.js';

/** Length of an input, characters: as much as all headers of a request may have. */
const LENGTH = 32_000;

/** CPU time that one reading may take, ms. */
const MOST_MS = 5;

/** Tries of which the fastest counts: the others may have been interrupted or not compiled yet. */
const TRIES = 20;

/** Characters that some grammar separates, quotes or escapes by, and one that none does. */
const SEPARATORS = Array.from(' \t,;:="\'\\/%&?#@.-_*+~<>()[]{}\n\r\0aA0é\u200b\u0301');

const remoteClientOf = trustProxies(['127.0.0.0/8', '::1']);

function requestWith(url: string, headers: IncomingMessage['headers']): IncomingMessage {
  return { url, headers, socket: { remoteAddress: '127.0.0.1' } } as unknown as IncomingMessage;
}

/** Every reader of outside input, with the text around a long run of one character. */
const READERS: ReadonlyArray<
  readonly [name: string, around: readonly string[], read: (text: string) => unknown]
> = [
  [
    'Content-Type',
    ['text/plain;charset=', 'x"y', 'charset="', ''],
    (text) => readMessageBody({ 'content-type': text }, Buffer.from('x'), 4096),
  ],
  [
    'Idempotency-Key',
    ['"', '"', '', 'x'],
    (text) => readMessageBody({ 'idempotency-key': text }, Buffer.from('x'), 4096),
  ],
  [
    'Authorization',
    ['Bearer ', '!', 'Bearer a', ' x'],
    (text) => tokenOf(requestWith('/', { authorization: text })),
  ],
  ['a query', ['/?token=', '', '/?', '=x'], (text) => tokenOf(requestWith(text, {}))],
  ['a target', ['http://', '', '/', '?'], (text) => targetOf(requestWith(text, {}))],
  ['Host', ['', '', 'a.', '.local'], (text) => hostCheck(['https://a.example'])(text)],
  ['Origin', ['http://', '', 'https://a', ':1'], (text) => originAllowed(text, 'a', undefined)],
  [
    'X-Forwarded-For',
    ['', '127.0.0.1', '[', ']:1'],
    (text) => remoteClientOf(requestWith('/', { 'x-forwarded-for': text })),
  ],
  [
    'a list of addresses in X-Forwarded-For',
    ['::1', '::1', '127.0.0.1,', ',::1'],
    (text) =>
      remoteClientOf(requestWith('/', { 'x-forwarded-for': text, 'x-forwarded-proto': text })),
  ],
  [
    'Accept-Encoding',
    ['', 'a', 'gzip;q=', ',br'],
    (text) => codingFor(requestWith('/', { 'accept-encoding': text }), ['br', 'gzip', 'identity']),
  ],
  ['a client’s frame', ['msg:{"id":"', '"}', 'join:', ''], (text) => readClientFrame(text, 4096)],
  [
    'JSON in a client’s frame',
    ['msg:', '', 'join:{"a":', '}'],
    (text) => readClientFrame(text, 4096),
  ],
  ['JSON in a body', ['{"text":', '}', '', ''], (text) => jsonObjectIn(text)],
  ['a server’s frame', ['hello:{"room":"', '"}', 'tick:', ''], readServerFrame],
  ['a name', ['', '', 'a', 'b'], (text) => [cleanName(text), likenessOf(text)]],
  ['a room', ['a', '', '', 'A'], isRoomName],
  ['a pattern of rooms', ['a', '', '*', 'b'], isRoomPattern],
  ['a secret', ['-----BEGIN', '', '{', '}'], (text) => readTokenKey(Buffer.from(text))],
  ['a line that was typed', ['/name ', ' x', '/', ' '], readInput],
  ['a text for the terminal', ['', '', 'a', 'b'], visibleLines],
  ['the message of an error', ['', 'x', 'x', 'x'], (text) => messageOf(new Error(text))],
];

/** Least CPU time of some readings, ms. */
function cpuMs(read: () => unknown): number {
  let least = Infinity;
  for (let attempt = 0; attempt < TRIES && least > MOST_MS; attempt += 1) {
    const before = process.cpuUsage();
    read();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

describe('a long run of one character', () => {
  it.each(READERS)('in %s is read in linear time', (_, around, read) => {
    const slow: string[] = [];
    for (const separator of SEPARATORS) {
      const run = separator.repeat(LENGTH);
      for (let i = 0; i < around.length; i += 2) {
        const text = `${around[i]}${run}${around[i + 1]}`;
        const ms = cpuMs(() => read(text));
        if (ms > MOST_MS) slow.push(`${JSON.stringify(separator)} × ${LENGTH}: ${ms} ms`);
      }
      const pairs = `${separator}${around[1] || 'x'}`.repeat(LENGTH / 2);
      const ms = cpuMs(() => read(`${around[0]}${pairs}`));
      if (ms > MOST_MS) slow.push(`pairs of ${JSON.stringify(separator)}: ${ms} ms`);
    }
    expect(slow).toEqual([]);
  });

  it('in a room is matched against the longest pattern in linear time', () => {
    const pattern = `${'*a'.repeat(31)}*`;
    expect(cpuMs(() => matchesRoom(pattern, 'a'.repeat(64)))).toBeLessThanOrEqual(MOST_MS);
  });
});
