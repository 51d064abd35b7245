import { describe, expect, test } from '@jest/globals';
import { ClosedLoop } from '../../../src/cli/bench/closed-loop.js';
import { OrderCheck } from '../../../src/cli/bench/order-check.js';

/** Checks the message numbers of one sender. */
function check(...seqs: number[]): OrderCheck {
  const order = new OrderCheck(1);
  for (const seq of seqs) order.received(0, seq);
  return order;
}

describe('order check', () => {
  test('has nothing to say about what comes in order', () => {
    expect(check(0, 1, 2, 3).faults).toEqual({ lost: 0, outOfOrder: 0, duplicated: 0 });
  });

  test('counts skipped messages as lost', () => {
    expect(check(0, 3, 4).faults).toEqual({ lost: 2, outOfOrder: 0, duplicated: 0 });
  });

  test('counts what comes after a later one as out of order, not as lost', () => {
    expect(check(0, 2, 1, 3).faults).toEqual({ lost: 0, outOfOrder: 1, duplicated: 0 });
  });

  test('counts what comes again as duplicated', () => {
    expect(check(0, 1, 1, 0, 2).faults).toEqual({ lost: 0, outOfOrder: 0, duplicated: 2 });
    expect(check(0, 2, 1, 1).faults).toEqual({ lost: 0, outOfOrder: 1, duplicated: 1 });
  });

  test('knows what is still awaited of each sender', () => {
    const order = new OrderCheck(2);
    order.received(0, 0);
    order.received(0, 1);
    expect([order.awaited(0, 2), order.awaited(1, 3)]).toEqual([0, 3]);
    order.received(1, 2); // the two before it are lost, not awaited
    expect(order.awaited(1, 3)).toBe(0);
    expect(order.faults.lost).toBe(2);
  });

  test('counts a huge gap without remembering each message of it', () => {
    expect(check(5_000_000).faults.lost).toBe(5_000_000);
  });

  test('leaves a number that no sender has alone', () => {
    const order = new OrderCheck(1);
    order.received(7, 0);
    expect(order.faults).toEqual({ lost: 0, outOfOrder: 0, duplicated: 0 });
  });
});

describe('closed loop', () => {
  test('lets a sender go on when all of its room have been heard', () => {
    const loop = new ClosedLoop(3);
    expect([0, 0, 0].map((seq) => loop.received(seq))).toEqual([false, false, true]);
    expect([1, 1, 1].map((seq) => loop.received(seq))).toEqual([false, false, true]);
  });

  test('counts a faster sender in the round that it is in', () => {
    const loop = new ClosedLoop(3);
    expect([0, 0, 1, 0].map((seq) => loop.received(seq))).toEqual([false, false, false, true]);
    expect([1, 1].map((seq) => loop.received(seq))).toEqual([false, true]);
  });

  test('goes round alone', () => {
    const loop = new ClosedLoop(1);
    expect([0, 1, 2].map((seq) => loop.received(seq))).toEqual([true, true, true]);
  });
});
