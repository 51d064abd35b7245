import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../support/plain-client.js';
import { startTestServer, type TestServer } from '../support/test-server.js';
import { plainVectors } from './vectors.js';

const { messages } = plainVectors();
const expected = messages.flatMap(({ received }) => (received === null ? [] : [received]));

describe('the vectors of the plain protocol', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer({ tick: '1h', rate: '0' });
  });

  afterAll(() => server.stop());

  it('are what a server relays to the sender and to others, and nothing else', async () => {
    const sender = await PlainClient.connect(server.port);
    const other = await PlainClient.connect(server.port);
    for (const { sent } of messages) sender.send(sent);
    for (const { inbox } of [sender, other]) {
      await inbox.until('last vector', ({ length }) => length >= expected.length);
      expect(inbox.items).toEqual(expected);
    }
    expect(server.stats.dropped).toBe(messages.length - expected.length);
  });
});
