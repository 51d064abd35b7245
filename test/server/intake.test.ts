import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Intake } from '../../src/server/intake.js';

function intakeOf(rate: number, burst: number) {
  const log: string[] = [];
  const intake = new Intake(
    { rate, burst },
    { pause: () => log.push('pause'), resume: () => log.push('resume') },
    { text: (text) => log.push(text), ping: (payload) => log.push(`ping ${String(payload)}`) },
  );
  const offer = (...texts: string[]): void => {
    for (const text of texts) intake.text(Buffer.from(text));
  };
  const ping = (...payloads: string[]): void => {
    for (const payload of payloads) intake.ping(Buffer.from(payload));
  };
  return { intake, log, offer, ping };
}

describe('intake', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('lets everything through when there is no limit', () => {
    const { log, offer } = intakeOf(0, 1);
    for (let i = 0; i < 1000; i++) offer(`m${i}`);
    expect(log).toHaveLength(1000);
  });

  it('stops reading over the rate, lets through what it holds in order, and reads on', () => {
    const { intake, log, offer } = intakeOf(10, 2);
    offer('a', 'b', 'c', 'd');
    expect(log).toEqual(['a', 'b', 'pause']);
    expect(intake.holding).toBe(true);
    jest.advanceTimersByTime(99);
    expect(log).toEqual(['a', 'b', 'pause']);
    jest.advanceTimersByTime(2);
    expect(log).toEqual(['a', 'b', 'pause', 'c']);
    offer('e'); // behind what is held, though a token may be there
    jest.advanceTimersByTime(1000);
    expect(log).toEqual(['a', 'b', 'pause', 'c', 'd', 'e', 'resume']);
    expect(intake.holding).toBe(false);
  });

  it('tells how long a text was held', () => {
    const held: number[] = [];
    const reading = { pause: () => {}, resume: () => {} };
    const handling = { text: (_: string, ms: number) => held.push(ms), ping: () => {} };
    const intake = new Intake({ rate: 10, burst: 1 }, reading, handling);
    for (const text of ['a', 'b', 'c']) intake.text(Buffer.from(text));
    jest.advanceTimersByTime(200);
    expect(held).toEqual([0, 100, 200]);
  });

  it('answers the newest of the pings that have to wait, before the texts', () => {
    const { log, offer, ping } = intakeOf(10, 2);
    ping('1', '2');
    offer('a');
    ping('3', '4', '5');
    jest.advanceTimersByTime(1000);
    expect(log).toEqual(['ping 1', 'ping 2', 'pause', 'ping 5', 'a', 'resume']);
  });

  it('says when nothing is held any more', () => {
    const { intake, log, offer } = intakeOf(10, 1);
    intake.finish(() => log.push('done at once'), 5000);
    offer('a', 'b');
    intake.finish(() => log.push('done'), 5000);
    jest.advanceTimersByTime(10_000);
    expect(log).toEqual(['done at once', 'a', 'pause', 'b', 'resume', 'done']);
  });

  it('forgets what it still holds when its time is over', () => {
    const { intake, log, offer } = intakeOf(1, 1);
    offer('a', 'b', 'c', 'd');
    intake.finish(() => log.push('done'), 1500);
    jest.advanceTimersByTime(10_000);
    expect(log).toEqual(['a', 'pause', 'b', 'resume', 'done']);
  });

  it('forgets what it holds when told to', () => {
    const { intake, log, offer } = intakeOf(10, 1);
    offer('a', 'b', 'c');
    intake.finish(() => log.push('done'), 5000);
    intake.discard();
    jest.advanceTimersByTime(10_000);
    expect(log).toEqual(['a', 'pause', 'resume', 'done']);
  });
});
