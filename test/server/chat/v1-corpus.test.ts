import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readClientFrame } from '../../../src/protocol/read-client-frame.js';
import { startTestServer, type TestServer } from '../../support/test-server.js';
import { V1Client } from '../../support/v1-client.js';

const MAX_MESSAGE = 200;

/** Frames that are nearly right: one field of the wrong type, size or depth, or the wrong verb. */
const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 4 }),
  fc.constant(JSON.parse(`${'['.repeat(300)}${']'.repeat(300)}`) as unknown),
);
const fields = fc.dictionary(
  fc.constantFrom('room', 'name', 'key', 'after', 'token', 'id', 'text', 't0', '__proto__'),
  values,
);
const verbs = fc.constantFrom('join', 'msg', 'name', 'sync', 'hello', 'tick', 'online', '', 'x');
const frames = fc.oneof(
  fc.tuple(verbs, fields).map(([verb, payload]) => `${verb}:${JSON.stringify(payload)}`),
  fc.tuple(verbs, fc.string({ unit: 'binary' })).map(([verb, text]) => `${verb}:${text}`),
  fc.string({ unit: 'binary' }),
);

describe('a generated corpus of v1 frames', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ tick: '1h', rate: '0', maxMessage: `${MAX_MESSAGE}` });
  });

  afterAll(() => server.stop());

  it('gets the documented answer to each frame', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frames, { minLength: 1, maxLength: 9 }), async (texts) => {
        const client = await V1Client.join(server.port, { room: 'corpus' });
        for (const text of texts) client.ws.send(text);
        client.send('sync', { t0: -1 }); // answered after all the others
        await client.inbox.until('the end', () => client.all('sync').some(({ t0 }) => t0 === -1));
        const read = texts.map((text) => readClientFrame(text, MAX_MESSAGE));
        const failing = read.filter(({ verb }) => verb === 'fail' || verb === 'join');
        expect(client.all('fail').map(({ code, id }) => [code, id])).toEqual(
          failing.map(({ verb, payload }) =>
            verb === 'fail' ? [payload.code, payload.id] : ['bad_frame', undefined],
          ),
        );
        client.ws.terminate();
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('before joining gets a fail for each, and no hello', async () => {
    const notJoin = frames.filter((text) => readClientFrame(text, MAX_MESSAGE).verb !== 'join');
    await fc.assert(
      fc.asyncProperty(fc.array(notJoin, { minLength: 1, maxLength: 9 }), async (texts) => {
        const client = await V1Client.connect(server.port);
        for (const text of texts) client.ws.send(text);
        await client.inbox.until('all fails', () => client.all('fail').length === texts.length);
        expect(client.all('hello')).toEqual([]);
        client.ws.terminate();
      }),
      { numRuns: 50 },
    );
  }, 60_000);
});
