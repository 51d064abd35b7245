import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InboundThrottle } from '../../../src/server/connection/inbound-throttle.js';

function throttleOf(rate: number, burst: number) {
  const log: string[] = [];
  const throttle = new InboundThrottle(
    { rate, burst },
    { pause: () => log.push('pause'), resume: () => log.push('resume') },
    { text: (text) => log.push(text), ping: (payload) => log.push(`ping ${String(payload)}`) },
  );
  const offer = (...texts: string[]): void => {
    for (const text of texts) throttle.text(text);
  };
  const ping = (...payloads: string[]): void => {
    for (const payload of payloads) throttle.ping(Buffer.from(payload));
  };
  return { throttle, log, offer, ping };
}

describe('inbound throttle', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('handles everything at once without a limit', () => {
    const { log, offer } = throttleOf(0, 1);
    for (let i = 0; i < 1000; i++) offer(`m${i}`);
    expect(log).toHaveLength(1000);
  });

  it('pauses over the rate, handles its queue in order, and resumes', () => {
    const { throttle, log, offer } = throttleOf(10, 2);
    offer('a', 'b', 'c', 'd');
    expect(log).toEqual(['a', 'b', 'pause']);
    expect(throttle.throttled).toBe(true);
    jest.advanceTimersByTime(99);
    expect(log).toEqual(['a', 'b', 'pause']);
    jest.advanceTimersByTime(2);
    expect(log).toEqual(['a', 'b', 'pause', 'c']);
    offer('e'); // behind the queue, even if there is a token
    jest.advanceTimersByTime(1000);
    expect(log).toEqual(['a', 'b', 'pause', 'c', 'd', 'e', 'resume']);
    expect(throttle.throttled).toBe(false);
  });

  it('tells the delay of a text', () => {
    const delays: number[] = [];
    const source = { pause: () => {}, resume: () => {} };
    const handler = { text: (_: string, ms: number) => delays.push(ms), ping: () => {} };
    const throttle = new InboundThrottle({ rate: 10, burst: 1 }, source, handler);
    for (const text of ['a', 'b', 'c']) throttle.text(text);
    jest.advanceTimersByTime(200);
    expect(delays).toEqual([0, 100, 200]);
  });

  it('handles the newest delayed ping, before the delayed texts', () => {
    const { log, offer, ping } = throttleOf(10, 2);
    ping('1', '2');
    offer('a');
    ping('3', '4', '5');
    jest.advanceTimersByTime(1000);
    expect(log).toEqual(['ping 1', 'ping 2', 'pause', 'ping 5', 'a', 'resume']);
  });

  it('reads control frames at a rate of their own, and slower after too many', () => {
    const { throttle, log, offer } = throttleOf(0, 1);
    for (let i = 0; i < 200; i += 1) throttle.control();
    expect(log).toEqual([]);
    for (let i = 0; i < 10_000; i += 1) throttle.control();
    expect(log).toEqual(['pause']);
    offer('read in the same chunk');
    jest.advanceTimersByTime(30_000);
    expect(log).toEqual(['pause', 'read in the same chunk']);
    jest.advanceTimersByTime(100);
    expect(log.at(-1)).toBe('resume');
    expect(throttle.throttled).toBe(false);
  });

  it('answers the newest of too many pings when it reads again', () => {
    const { log, ping } = throttleOf(0, 1);
    ping(...Array.from({ length: 202 }, (_, i) => String(i)));
    expect(log.slice(198)).toEqual(['ping 198', 'ping 199', 'pause']);
    jest.advanceTimersByTime(1000);
    expect(log.slice(201)).toEqual(['ping 201', 'resume']);
  });

  it('reads nothing while it is held, and resumes when the texts read before are handled', async () => {
    const { log, throttle, offer } = throttleOf(10, 1);
    let relieve = (): void => {};
    const held = throttle.holdUntil(new Promise((resolve) => (relieve = resolve)));
    await throttle.holdUntil(Promise.resolve());
    expect(log).toEqual(['pause']);
    offer('a', 'b'); // of the chunk that was read already
    jest.advanceTimersByTime(1000);
    expect(log).toEqual(['pause', 'a', 'b']);
    relieve();
    await held;
    expect(log).toEqual(['pause', 'a', 'b', 'resume']);
  });

  it('drains: calls back when its queue is empty', () => {
    const { throttle, log, offer } = throttleOf(10, 1);
    throttle.drain(() => log.push('done at once'), 5000);
    offer('a', 'b');
    throttle.drain(() => log.push('done'), 5000);
    jest.advanceTimersByTime(10_000);
    expect(log).toEqual(['done at once', 'a', 'pause', 'b', 'resume', 'done']);
  });

  it('drains: drops the rest of its queue after the given time', () => {
    const { throttle, log, offer } = throttleOf(1, 1);
    offer('a', 'b', 'c', 'd');
    throttle.drain(() => log.push('done'), 1500);
    jest.advanceTimersByTime(10_000);
    expect(log).toEqual(['a', 'pause', 'b', 'resume', 'done']);
  });

  it('discards its queue', () => {
    const { throttle, log, offer } = throttleOf(10, 1);
    offer('a', 'b', 'c');
    throttle.drain(() => log.push('done'), 5000);
    throttle.discard();
    jest.advanceTimersByTime(10_000);
    expect(log).toEqual(['a', 'pause', 'resume', 'done']);
  });
});
