import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { serverFrame, type Hello } from '../../src/protocol/v1.js';
import { eventFrames } from '../../src/server/event-frames.js';
import { messageOf } from '../../src/server/room.js';
import { eventsIn } from '../support/event-client.js';

const encode = eventFrames('life');

describe('event frames', () => {
  it('are the verb as the type and the payload as the data', () => {
    expect(String(encode(['tick:7', 'online:{"n":3}']))).toBe(
      'event: tick\ndata: 7\n\nevent: online\ndata: {"n":3}\n\n',
    );
  });

  it('give a message the id of its position, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, seq) => {
        const from = { id: 'ann-id', name: text };
        const message = messageOf({ room: 'lobby', seq, at: 5, from, text, id: text });
        const [event, ...more] = eventsIn(String(encode([serverFrame('msg', message)])));
        expect(more).toEqual([]);
        expect(event).toMatchObject({ event: 'msg', id: `life:${seq}` });
        expect(JSON.parse(event?.data ?? '')).toEqual(message);
      }),
    );
  });

  it('give hello the position before the replay', () => {
    const hello = { log: { epoch: 'life', seq: 70 }, replay: 50 } as Hello;
    const [event] = eventsIn(String(encode([serverFrame('hello', hello)])));
    expect(event?.id).toBe('life:20');
  });
});
