import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readServerFrame } from '../../src/protocol/read-server-frame.js';
import { serverFrame, type Hello } from '../../src/protocol/v1.js';

const HELLO: Hello = {
  room: 'lobby',
  you: { id: 'a', name: 'Ann' },
  tick: { n: 1, epoch: 0, period: 1000 },
  now: 1000.5,
  log: { epoch: 'e', seq: 0 },
  recovered: null,
  replay: 0,
  online: 1,
  limits: { message: 4096, rate: 20, burst: 40 },
  server: 'tickchat/0',
};
const MESSAGE = { seq: 1, at: 2, from: { id: 'a', name: 'Ann' }, text: 'a:b\n<i>', id: 'x' };

describe('readServerFrame', () => {
  it('reads what a server sends', () => {
    const read = (text: string) => readServerFrame(text)?.payload;
    expect(read('tick:12')).toBe(12);
    expect(read(serverFrame('hello', HELLO))).toEqual(HELLO);
    expect(read(serverFrame('msg', MESSAGE))).toEqual(MESSAGE);
    expect(read(serverFrame('online', { n: 2 }))).toEqual({ n: 2 });
    expect(read(serverFrame('sync', { t0: 0, t1: 1, t2: 2 }))).toEqual({ t0: 0, t1: 1, t2: 2 });
    const fail = { id: 'x', code: 'unavailable', text: 'later', retryAfterMs: 5 } as const;
    expect(read(serverFrame('fail', fail))).toEqual(fail);
  });

  it('lets fields through that are for newer clients', () => {
    const newer = JSON.stringify({ ...MESSAGE, mood: 'good', from: { ...MESSAGE.from, age: 7 } });
    expect(readServerFrame(`msg:${newer}`)?.payload).toMatchObject(MESSAGE);
  });

  it.each([
    '',
    'tick',
    'tick:',
    'tick:-1',
    'tick:1e3',
    'tick:1 ',
    'TICK:1',
    'news:{"n":1}',
    'constructor:{}',
    '__proto__:{}',
    'online:{"n":"2"}',
    'online:{}',
    'online:2',
    'online:[2]',
    'online:{"n":2',
    'msg:null',
    'hello:{"room":"lobby"}',
    'fail:{"code":"empty"}',
  ])('ignores %j', (text) => {
    expect(readServerFrame(text)).toBeUndefined();
  });

  it.each(['hello', 'msg'] as const)('ignores a %s that lacks anything', (verb) => {
    const whole: object = verb === 'hello' ? HELLO : MESSAGE;
    for (const field of Object.keys(whole)) {
      if (field === 'recovered' || field === 'server') continue; // can be done without
      const payload = JSON.stringify({ ...whole, [field]: undefined });
      expect(readServerFrame(`${verb}:${payload}`)).toBeUndefined();
    }
  });

  it('never throws', () => {
    const verb = fc.constantFrom('hello', 'msg', 'online', 'sync', 'fail', 'tick', '__proto__');
    fc.assert(
      fc.property(verb, fc.oneof(fc.string(), fc.json()), (name, payload) => {
        readServerFrame(`${name}:${payload}`);
      }),
    );
  });
});
