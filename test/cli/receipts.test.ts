import { describe, expect, it } from '@jest/globals';
import { Receipts } from '../../src/cli/receipts.js';

const LONG_MS = 60_000;

describe('receipts', () => {
  it('wait until few enough are on their way', async () => {
    const receipts = new Receipts(LONG_MS);
    const done: Array<() => void> = [];
    for (let i = 0; i < 3; i += 1) {
      receipts.add(new Promise<void>((resolve) => done.push(resolve)), `message ${i}`);
    }
    const order: string[] = [];
    const waiting = receipts.below(2).then(() => order.push('below'));
    for (const receive of done.slice(0, 2)) {
      order.push('receipt');
      receive();
    }
    await waiting;
    expect(order).toEqual(['receipt', 'receipt', 'below']);
    done[2]?.();
    await receipts.below(1);
    expect([receipts.receipted, receipts.failure]).toEqual([3, undefined]);
  });

  it('fail with the first that was refused, once', async () => {
    let failed = 0;
    const receipts = new Receipts(LONG_MS, () => (failed += 1));
    receipts.add(new Promise(() => {}), 'the first');
    receipts.add(Promise.reject(new Error('too long')), 'the second');
    receipts.add(Promise.reject(new Error('empty')), 'the third');
    await receipts.below(1);
    expect([receipts.failure, failed]).toEqual(['the second: too long', 1]);
  });

  it('fail when none comes for too long', async () => {
    const receipts = new Receipts(5);
    receipts.add(new Promise(() => {}), 'the first');
    await receipts.below(1);
    expect(receipts.failure).toBe('no receipt within 0.005 s');
  });

  it('are none to wait for', async () => {
    const receipts = new Receipts(1);
    await receipts.below(1);
    expect(receipts.failure).toBeUndefined();
  });
});
