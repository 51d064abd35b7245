import { describe, expect, it } from '@jest/globals';
import { clientFrame } from '../../../src/protocol/v1.js';
import { OutcomeUnknown } from '../../../src/server/log/log.js';
import { newSession } from '../../support/session.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a message that can not be appended', () => {
  it.each([
    ['appendUnavailable', new Error('ENOSPC: no space left'), 'a message could not be appended'],
    [
      'appendUnknown',
      new OutcomeUnknown('the log process ended'),
      'it is not known whether a message was appended',
    ],
  ] as const)('is counted as %s and logged with its cause', async (name, error, line) => {
    for (const protocol of ['plain', 'v1'] as const) {
      const session = await newSession(protocol);
      Object.assign(session.log, { append: () => Promise.reject(error) });
      if (protocol === 'v1') session.send(clientFrame('join', {}));
      await settled();
      session.send(protocol === 'v1' ? clientFrame('msg', { id: 'x', text: 'hi' }) : 'hi');
      await settled();
      expect(session.failures.counts).toMatchObject({
        appendUnavailable: 0,
        appendUnknown: 0,
        [name]: 1,
      });
      expect(session.lines).toEqual([[line, { room: 'lobby', cause: error.message }]]);
      expect(session.stats).toMatchObject({ dropped: 0, messages: 0 });
      if (protocol === 'v1') expect(session.verbs().at(-1)).toBe('fail');
    }
  });
});
