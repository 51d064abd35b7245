import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { frameText, type Frame } from '../../src/protocol/frame.js';
import { readServerFrame } from '../../src/protocol/read-server-frame.js';
import { serverFrame, type Hello } from '../../src/protocol/v1.js';

const HELLO: Hello = {
  room: 'lobby',
  you: { id: 'a', name: 'Ann', write: true },
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
    const read = (frame: Frame) => readServerFrame(frameText(frame))?.payload;
    expect(readServerFrame('tick:12')?.payload).toBe(12);
    expect(read(serverFrame('hello', HELLO))).toEqual(HELLO);
    expect(read(serverFrame('msg', MESSAGE))).toEqual(MESSAGE);
    expect(read(serverFrame('online', { n: 2 }))).toEqual({ n: 2 });
    expect(read(serverFrame('sync', { t0: 0, t1: 1, t2: 2 }))).toEqual({ t0: 0, t1: 1, t2: 2 });
    const fail = { id: 'x', code: 'unavailable', text: 'later', retryAfterMs: 5 } as const;
    expect(read(serverFrame('fail', fail))).toEqual(fail);
  });

  it('takes a hello of an older server, which permits writing where it says nothing', () => {
    const older = JSON.stringify({ ...HELLO, you: { id: 'a', name: 'Ann' } });
    expect(readServerFrame(`hello:${older}`)?.payload).toEqual(HELLO);
    const broken = JSON.stringify({ ...HELLO, you: { id: 'a', name: 'Ann', write: 'yes' } });
    expect(readServerFrame(`hello:${broken}`)?.verb).toBe('bad hello');
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
    'fail:{"code":"empty"}',
  ])('ignores %j', (text) => {
    expect(readServerFrame(text)).toBeUndefined();
  });

  it.each(Object.keys(MESSAGE))('ignores a msg without %s', (field) => {
    const payload = JSON.stringify({ ...MESSAGE, [field]: undefined });
    expect(readServerFrame(`msg:${payload}`)).toBeUndefined();
  });

  it.each<readonly [string, unknown]>([
    ['no JSON', undefined],
    ...Object.keys(HELLO).map(
      (field) => [`no ${field}`, { ...HELLO, [field]: undefined }] as const,
    ),
    ...[0, -1, 0.5, 1e-9, 1e300, null, '1000'].map(
      (period) => [`period ${period}`, { ...HELLO, tick: { ...HELLO.tick, period } }] as const,
    ),
    ['an epoch that no Date holds', { ...HELLO, tick: { ...HELLO.tick, epoch: 9e15 } }],
    ['a time that no Date holds', { ...HELLO, now: 1e300 }],
    ['an object as room', { ...HELLO, room: {} }],
    ['an array', []],
  ])('tells a hello that breaks the protocol: %s', (_, hello) => {
    expect(readServerFrame(`hello:${JSON.stringify(hello)}`)?.verb).toBe('bad hello');
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
