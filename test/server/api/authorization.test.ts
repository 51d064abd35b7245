import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { SECRET, TemporaryFiles, tokenWith } from '../../support/tokens.js';
import { V1Client } from '../../support/v1-client.js';

const NAMED = 'publish-token-of-the-build-server';
const NAMELESS = 'publish-token-of-nobody-in-particular';

/** Kinds of clients, with the bearer token of each. */
const BEARERS = {
  nobody: async () => undefined,
  writer: () => tokenWith(),
  reader: () => tokenWith({ write: false }),
  elsewhere: () => tokenWith({ rooms: ['class-*'] }),
  expired: () => tokenWith({ exp: 1 }),
  publisher: async () => NAMED,
  stranger: async () => `${NAMED}-not`,
} as const;

type Bearer = keyof typeof BEARERS;
type Statuses = Readonly<Record<Bearer, readonly [get: number, post: number]>>;

/** The files that are configured, and the status of each request. */
const TABLE: ReadonlyArray<readonly [what: string, auth: boolean, publish: boolean, Statuses]> = [
  [
    'without files every client may read and write',
    false,
    false,
    {
      nobody: [200, 201],
      writer: [200, 201],
      reader: [200, 201],
      elsewhere: [200, 201],
      expired: [200, 201],
      publisher: [200, 201],
      stranger: [200, 201],
    },
  ],
  [
    'with publish tokens, publishers write and every client reads',
    false,
    true,
    {
      nobody: [200, 401],
      writer: [200, 401],
      reader: [200, 401],
      elsewhere: [200, 401],
      expired: [200, 401],
      publisher: [200, 201],
      stranger: [200, 401],
    },
  ],
  [
    'with a secret, tokens decide',
    true,
    false,
    {
      nobody: [401, 401],
      writer: [200, 201],
      reader: [200, 403],
      elsewhere: [403, 403],
      expired: [401, 401],
      publisher: [401, 401],
      stranger: [401, 401],
    },
  ],
  [
    'with both, publishers only write',
    true,
    true,
    {
      nobody: [401, 401],
      writer: [200, 201],
      reader: [200, 403],
      elsewhere: [403, 403],
      expired: [401, 401],
      publisher: [403, 201],
      stranger: [401, 401],
    },
  ],
];

describe('authorization over HTTP', () => {
  const files = new TemporaryFiles();
  const authSecretFile = files.write('secret', SECRET);
  const publishTokenFile = files.write('publish', `${NAMED} Build server\n${NAMELESS}\n`);
  let server: TestServer;

  afterEach(() => server.stop());
  afterAll(() => files.remove());

  async function ask(bearer: string | undefined, init: RequestInit = {}, room = 'lobby') {
    const headers: Record<string, string> =
      bearer === undefined ? {} : { Authorization: `Bearer ${bearer}` };
    return fetch(`${server.url}/api/rooms/${room}/messages`, { headers, ...init });
  }

  it.each(TABLE)('%s', async (_what, auth, publish, statuses) => {
    server = await startTestServer({
      rate: '0',
      ...(auth ? { authSecretFile } : {}),
      ...(publish ? { publishTokenFile } : {}),
    });
    for (const [who, expected] of Object.entries(statuses)) {
      const bearer = await BEARERS[who as Bearer]();
      const answers = [await ask(bearer), await ask(bearer, { method: 'POST', body: 'x' })];
      expect([who, ...answers.map(({ status }) => status)]).toEqual([who, ...expected]);
      for (const { status, headers } of answers) {
        expect(headers.has('WWW-Authenticate')).toBe(status === 401);
      }
    }
  });

  it('takes the names of publishers from the file, and of users from their tokens', async () => {
    server = await startTestServer({ authSecretFile, publishTokenFile });
    const say = async (bearer: string, name: string) => {
      const body = JSON.stringify({ text: 'x', name });
      const headers = { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' };
      const response = await ask(bearer, { method: 'POST', body, headers });
      return ((await response.json()) as { from: { id: string; name: string } }).from;
    };
    const [build, nameless] = [await say(NAMED, 'Ann'), await say(NAMELESS, 'Ann')];
    const [ann, free] = [
      await say(await tokenWith({ name: 'Ann' }), 'Ben'),
      await say(await tokenWith({}), 'Ben'),
    ];
    expect([build, nameless, ann, free].map(({ name }) => name)).toEqual([
      'Build server',
      'Ann',
      'Ann',
      'Ben',
    ]);
    const v1 = await V1Client.join(server.port, { token: await tokenWith() });
    expect((await v1.hello()).you.id).toBe(ann.id);
    expect(free.id).toBe(ann.id);
    expect(new Set([build.id, nameless.id, ann.id]).size).toBe(3);
  });

  it('does not limit the rate of publishers', async () => {
    server = await startTestServer({ publishTokenFile, rate: '1', burst: '1' });
    for (let i = 0; i < 20; i++) {
      expect((await ask(NAMED, { method: 'POST', body: `${i}` })).status).toBe(201);
    }
    const statuses: number[] = [];
    while (statuses.length < 20 && !statuses.includes(429)) {
      statuses.push((await ask('not-a-publish-token', { method: 'POST', body: 'x' })).status);
    }
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
  });
});
