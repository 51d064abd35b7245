import { describe, expect, it, jest } from '@jest/globals';
import { Intake } from '../../src/server/intake.js';

function intakeOf(rate: number, burst: number) {
  const log: string[] = [];
  const intake = new Intake(
    { rate, burst },
    { pause: () => log.push('pause'), resume: () => log.push('resume') },
  );
  const offer = (name: string): void => {
    if (intake.admits()) log.push(name);
    else intake.hold(() => log.push(name));
  };
  return { intake, log, offer };
}

describe('intake', () => {
  it('admits everything when there is no limit', () => {
    const { log, offer } = intakeOf(0, 1);
    for (let i = 0; i < 1000; i++) offer(`m${i}`);
    expect(log).toHaveLength(1000);
  });

  it('stops reading over the rate, lets through what it holds in order, and reads on', () => {
    jest.useFakeTimers();
    const { intake, log, offer } = intakeOf(10, 2);
    for (const name of ['a', 'b', 'c', 'd']) offer(name);
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
    jest.useRealTimers();
  });

  it('says when nothing is held any more', () => {
    jest.useFakeTimers();
    const { intake, log, offer } = intakeOf(10, 1);
    intake.whenIdle(() => log.push('idle at once'));
    for (const name of ['a', 'b']) offer(name);
    intake.whenIdle(() => log.push('idle'));
    jest.advanceTimersByTime(200);
    expect(log).toEqual(['idle at once', 'a', 'pause', 'b', 'resume', 'idle']);
    jest.useRealTimers();
  });

  it('forgets what it holds when told to', () => {
    jest.useFakeTimers();
    const { intake, log, offer } = intakeOf(10, 1);
    for (const name of ['a', 'b', 'c']) offer(name);
    intake.whenIdle(() => log.push('idle'));
    intake.discard();
    jest.advanceTimersByTime(1000);
    expect(log).toEqual(['a', 'pause', 'resume', 'idle']);
    jest.useRealTimers();
  });
});
