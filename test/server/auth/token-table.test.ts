import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT } from 'jose';
import { readToken } from '../../../src/server/auth/tokens.js';
import { PlainClient, refusal } from '../../support/plain-client.js';
import { ROOT } from '../../support/root.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { inSeconds, keyOf, SECRET, TemporaryFiles, tokenWith } from '../../support/tokens.js';
import { V1Client } from '../../support/v1-client.js';

const ED25519 = generateKeyPairSync('ed25519');
const PUBLIC_PEM = ED25519.publicKey.export({ format: 'pem', type: 'spki' }).toString();
const PRIVATE_PEM = ED25519.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const CLAIMS = { sub: 'ann', rooms: ['*'] };

type Row = readonly [what: string, token: () => Promise<string>, status: 401 | 403, why: string];

/** Invalid tokens with the answer to each; docs/PROTOCOL.md lists the reasons. */
const REFUSED: readonly Row[] = [
  ['that has expired', () => tokenWith({ exp: inSeconds(-60) }), 401, 'the token has expired'],
  [
    'that is not valid yet',
    () => tokenWith({ nbf: inSeconds(60) }),
    401,
    'the token is not valid yet',
  ],
  [
    'of another secret',
    () => tokenWith({}, keyOf(`${SECRET}x`)),
    401,
    'the token is signed with another key',
  ],
  [
    'that was changed after it was signed',
    async () => {
      const [head, , signature] = (await tokenWith({ write: false })).split('.');
      const [, claims] = (await tokenWith({ write: true })).split('.');
      return [head, claims, signature].join('.');
    },
    401,
    'the token is signed with another key',
  ],
  [
    'that is not signed (alg: none)',
    async () => new UnsecuredJWT(CLAIMS).setExpirationTime('1h').encode(),
    401,
    'the token is signed by another algorithm',
  ],
  [
    'signed with Ed25519 where a secret is asked for',
    () => tokenWith({}, keyOf(PRIVATE_PEM)),
    401,
    'the token is signed by another algorithm',
  ],
  [
    'of the same secret by HS512',
    () =>
      new SignJWT(CLAIMS)
        .setProtectedHeader({ alg: 'HS512' })
        .setExpirationTime('1h')
        .sign(Buffer.from(SECRET.repeat(2))),
    401,
    'the token is signed by another algorithm',
  ],
  ['that is too long', async () => 'a'.repeat(4097), 401, 'a token takes up to 4096 characters'],
  ['that is not a JWT', async () => 'abc.def.ghi', 401, 'not a signed token'],
  ['without exp', () => tokenWith({ exp: undefined }), 401, "the token's exp takes a time"],
  [
    'without a sub',
    () => tokenWith({ sub: undefined }),
    401,
    "the token's sub takes 1 to 256 characters",
  ],
  [
    'without rooms',
    () => tokenWith({ rooms: undefined }),
    401,
    "the token's rooms takes a list of up to 100, each a room, or a pattern such as class-* where * stands for anything",
  ],
  [
    'with an invalid name',
    () => tokenWith({ name: 'a\nb' }),
    401,
    "the token's name takes 1 to 32 characters, at least one visible, no line breaks or control characters",
  ],
  [
    'with an invalid write',
    () => tokenWith({ write: 'yes' }),
    401,
    "the token's write takes true or false",
  ],
  [
    'for other rooms',
    () => tokenWith({ rooms: ['class-*', 'lobb'] }),
    403,
    "the token doesn't open this room",
  ],
  ['for no rooms', () => tokenWith({ rooms: [] }), 403, "the token doesn't open this room"],
];

const GOOD = [
  ['for every room', {}],
  ['for this room', { rooms: ['class-*', 'lobby'] }],
  ['valid since now', { nbf: inSeconds(0) }],
  ['of a clock that is a little ahead', { nbf: inSeconds(3) }],
] as const;

describe('token check: a token', () => {
  const files = new TemporaryFiles();
  let server: TestServer;

  beforeAll(async () => {
    const authSecretFile = files.write('secret', SECRET);
    server = await startTestServer({ authSecretFile, tick: '100ms', rate: '0' });
  });
  afterAll(async () => {
    await server.stop();
    files.remove();
  });

  const read = (token?: string) =>
    fetch(`${server.url}/api/rooms/lobby/messages`, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    });

  /** The answers to one token over a plain WebSocket, v1 and HTTP. */
  async function answers(token: string | undefined) {
    const http = await read(token);
    const v1 = await V1Client.connect(server.port);
    v1.send('join', token === undefined ? {} : { token });
    const plain = await refusal(server.port, token === undefined ? '' : `?token=${token}`);
    return {
      plain,
      http: { status: http.status, line: (await http.text()).trim() },
      v1: { ...(await v1.closed), frames: v1.all('hello').length },
      challenge: http.headers.get('WWW-Authenticate'),
    };
  }

  const refused = (status: number, why: string) => ({
    plain: { status, line: why },
    http: { status, line: why },
    v1: { code: 4003, reason: why, frames: 0 },
    challenge: status === 401 ? 'Bearer realm="tickchat"' : null,
  });

  it('is needed', async () => {
    expect(await answers(undefined)).toEqual(refused(401, 'a token is needed'));
  });

  it('can not be empty', async () => {
    const client = await V1Client.connect(server.port);
    client.send('join', { token: '' });
    expect(await client.closed).toEqual({ code: 4003, reason: 'not a signed token' });
  });

  it.each(REFUSED)('%s is rejected the same way everywhere', async (_what, token, status, why) => {
    expect(await answers(await token())).toEqual(refused(status, why));
  });

  it('that is rejected has a documented reason, short enough for a close frame', () => {
    const docs = readFileSync(join(ROOT, 'docs/PROTOCOL.md'), 'utf8');
    for (const [, , status, why] of REFUSED) {
      expect(docs).toContain(
        `| ${status} | ${why.replace(/^(the token's \w+) takes.*/, '$1 takes …')} |`,
      );
      expect(Buffer.byteLength(why)).toBeLessThanOrEqual(123);
    }
  });

  it.each(GOOD)('%s is accepted', async (_what, claims) => {
    const token = await tokenWith(claims);
    const [v1, plain] = [
      await V1Client.join(server.port, { token }),
      await PlainClient.connect(server.port, `?token=${token}`),
    ];
    plain.send('from plain');
    const before = v1.all('msg').length;
    v1.send('msg', { id: `${before}`, text: 'from v1' });
    await plain.untilMessages(2);
    expect((await read(token)).status).toBe(200);
    plain.ws.terminate();
    v1.ws.terminate();
  });

  it('of a plain client may come in a header, and opens the room of the address', async () => {
    const token = await tokenWith({ rooms: ['class-*'] });
    const headers = { Authorization: `Bearer ${token}` };
    const client = await PlainClient.connect(server.port, '?room=class-1', { headers });
    await client.untilTicks(1);
    expect(await refusal(server.port, '?room=staff', { headers })).toEqual({
      status: 403,
      line: "the token doesn't open this room",
    });
    client.ws.terminate();
  });

  it('is checked by the algorithm of the key of the server, whatever the token says', async () => {
    const confused = await new SignJWT(CLAIMS)
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('1h')
      .sign(Buffer.from(PUBLIC_PEM));
    const why = 'the token is signed by another algorithm';
    expect(await readToken(confused, keyOf(PUBLIC_PEM))).toEqual({ ok: false, why });
    const good = await tokenWith({}, keyOf(PRIVATE_PEM));
    expect(await readToken(good, keyOf(PUBLIC_PEM))).toMatchObject({ ok: true });
  });

  it('of any text is answered with a value, never with an exception', async () => {
    const [head = '', claims = '', signature = ''] = (await tokenWith()).split('.');
    const base64 = (text: string): string => Buffer.from(text).toString('base64url');
    const part = fc.oneof(
      fc.constantFrom(head, claims, signature, ''),
      fc.string(),
      fc.json().map(base64),
      fc
        .constantFrom('{"alg":"HS256","b64":false,"crit":["b64"]}', '{"alg":"HS256","crit":[]}')
        .map(base64),
    );
    const tokens = fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.'));
    const key = keyOf(SECRET);
    await fc.assert(
      fc.asyncProperty(tokens, async (token) => {
        const { ok } = await readToken(token, key);
        expect(ok).toBe(token === [head, claims, signature].join('.'));
      }),
      { numRuns: 1000 },
    );
  });
});
