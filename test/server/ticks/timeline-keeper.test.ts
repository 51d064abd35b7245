import { describe, expect, it } from '@jest/globals';
import type { SavedTimeline } from '../../../src/clock/saved-timeline.js';
import { MemoryLog } from '../../../src/server/log/memory.js';
import { TimelineKeeper } from '../../../src/server/ticks/timeline-keeper.js';

class RecordingLog extends MemoryLog {
  readonly saved: SavedTimeline[] = [];
  broken = false;

  override async saveTimeline(timeline?: SavedTimeline): Promise<void> {
    if (this.broken) throw new Error('no space left');
    if (timeline !== undefined) this.saved.push(timeline);
  }
}

function keeperOf(period: number, saved?: SavedTimeline) {
  const log = new RecordingLog({ historyPerRoom: 1, now: () => 0 });
  const failures: unknown[] = [];
  const onSaveFailed = (error: unknown): void => void failures.push(error);
  const keeper = new TimelineKeeper(log, saved, period, 10_000, onSaveFailed);
  return { log, keeper, failures };
}

describe('timeline keeper', () => {
  it.each([10, 250, 1000, 60_000])(
    'has saved a higher number than was emitted, at a period of %d ms',
    async (period) => {
      const { log, keeper } = keeperOf(period);
      for (let n = 0; n < 500; n++) {
        await keeper.reserve(n);
        expect(log.saved.at(-1)?.highest).toBeGreaterThan(n);
      }
      const perSecond = Math.max(1, 1000 / period);
      expect(log.saved.length).toBeLessThanOrEqual(2 + (2 * 500) / perSecond);
      expect((log.saved.at(-1)?.highest ?? Infinity) - 499).toBeLessThanOrEqual(perSecond);
    },
  );

  it('saves the exact number at the end', async () => {
    const { log, keeper } = keeperOf(10);
    await keeper.reserve(7);
    await keeper.finish(7);
    expect(log.saved.at(-1)).toEqual({ epoch: 10_000, period: 10, highest: 7 });
  });

  it('continues the saved timeline', () => {
    const { keeper } = keeperOf(1000, { epoch: 0, period: 1000, highest: 8 });
    expect(keeper.timeline).toEqual({ epoch: 0, period: 1000 });
    expect(keeper.emittedBefore).toBe(8);
  });

  it('reports a failed save, and lets ticks go on', async () => {
    const { log, keeper, failures } = keeperOf(1000);
    log.broken = true;
    await expect(keeper.reserve(1)).resolves.toBeUndefined();
    await expect(keeper.finish(1)).resolves.toBeUndefined();
    expect(failures).toEqual([new Error('no space left'), new Error('no space left')]);
  });
});
