import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { tickFrame } from '../../../src/protocol/frame.js';
import { serverFrame, type Hello } from '../../../src/protocol/v1.js';
import { entryFrame, helloFrame, messageOf } from '../../../src/server/chat/frames.js';
import { sseEncoder } from '../../../src/server/connection/sse-frame.js';
import { eventsIn } from '../../support/event-client.js';

const encode = sseEncoder('epoch');

describe('SSE encoder', () => {
  it('makes the verb the type of the event, and the payload its data', () => {
    expect(String(encode([tickFrame(7), serverFrame('online', { n: 3 })]))).toBe(
      'event: tick\ndata: 7\n\nevent: online\ndata: {"n":3}\n\n',
    );
  });

  it('gives a message its position as id, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, seq) => {
        const from = { id: 'ann-id', name: text };
        const entry = { room: 'lobby', seq, at: 5, from, text, id: text };
        const [event, ...more] = eventsIn(String(encode([entryFrame(entry)])));
        expect(more).toEqual([]);
        expect(event).toMatchObject({ event: 'msg', id: `epoch:${seq}` });
        expect(JSON.parse(event?.data ?? '')).toEqual(messageOf(entry));
      }),
    );
  });

  it('gives hello the position before the replay as id', () => {
    const hello = { log: { epoch: 'epoch', seq: 70 }, replay: 50 } as Hello;
    const [event] = eventsIn(String(encode([helloFrame(hello)])));
    expect(event?.id).toBe('epoch:20');
  });
});
