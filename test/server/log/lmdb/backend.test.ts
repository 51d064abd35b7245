import { beforeEach, describe, expect, it } from '@jest/globals';
import { LmdbBackend, type Store } from '../../../../src/server/log/lmdb/backend.js';
import { HistoryLost } from '../../../../src/server/log/lmdb/history.js';
import { OutcomeUnknown, type Entry } from '../../../../src/server/log/log.js';

/** Plays a log process: answers each verb, or rejects, with what `answers` has. */
class FakeStore {
  hasEnded = false;
  readonly asked: string[] = [];
  readonly args: unknown[][] = [];
  readonly answers: Record<string, unknown> = {};

  ask(verb: string, ...args: unknown[]): Promise<unknown> {
    this.asked.push(verb);
    this.args.push(args);
    const answer = this.answers[verb];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  async end(): Promise<void> {
    this.hasEnded = true;
  }

  kill(): void {
    this.hasEnded = true;
  }
}

const BATCH = { id: 'batch', drafts: '[]', timeline: undefined };
const LATE = [['lobby', [[7, [1, 'ann-id', 'ann', 'i', 'late']]]]];

describe('lmdb backend', () => {
  let stores: FakeStore[];
  let late: Entry[];
  let epochs: Array<[string, string]>;
  let unknown: string[];
  let nextOpen: Error | undefined;
  let backend: LmdbBackend;

  beforeEach(async () => {
    stores = [];
    late = [];
    const start = () => {
      const store = new FakeStore();
      store.answers['open'] = { epoch: 'e', timeline: undefined, newestBatch: undefined };
      store.answers['beginEpoch'] = { epoch: 'f', timeline: undefined, newestBatch: 'old' };
      if (nextOpen !== undefined) store.answers['open'] = nextOpen;
      store.answers['settle'] = LATE;
      stores.push(store);
      return store as unknown as Store;
    };
    epochs = [];
    nextOpen = undefined;
    unknown = [];
    backend = new LmdbBackend(start, {
      onRecovered: (entry) => late.push(entry),
      onOutcomeUnknown: (cause) => unknown.push(cause.message),
      onEpochChanged: (epoch, cause) => epochs.push([epoch, cause.message]),
    });
    await backend.open();
  });

  const storeAt = (i: number): FakeStore => {
    const found = stores[i];
    if (found === undefined) throw new Error(`no store ${i} was started`);
    return found;
  };

  const failOnce = async (error: Error) => {
    storeAt(0).answers['commit'] = error;
    await expect(backend.commit(BATCH)).rejects.toBe(error);
    storeAt(0).answers['commit'] = [8];
  };

  it('announces a batch that turns out to have been logged before any other read or write', async () => {
    await failOnce(new OutcomeUnknown('who knows'));
    storeAt(0).answers['head'] = 7;
    const [head, outcomes] = await Promise.all([backend.head('lobby'), backend.commit(BATCH)]);
    expect([head, outcomes]).toEqual([7, [8]]);
    expect(late).toMatchObject([{ room: 'lobby', seq: 7, text: 'late' }]);
    expect(unknown).toEqual(['who knows']);
    expect(storeAt(0).asked).toEqual(['open', 'commit', 'settle', 'head', 'commit']);
  });

  it('logs nothing while the outcome of a batch is unknown', async () => {
    await failOnce(new OutcomeUnknown('who knows'));
    storeAt(0).answers['settle'] = new OutcomeUnknown('still not');
    const refused = await backend.commit(BATCH).catch((error: Error) => error);
    expect(refused).not.toBeInstanceOf(OutcomeUnknown);
    expect(refused).toMatchObject({ message: 'still not' });
    storeAt(0).answers['settle'] = [];
    expect(await backend.commit(BATCH)).toEqual([8]);
    expect(late).toEqual([]);
  });

  it('goes on at once after a failed batch', async () => {
    await failOnce(new Error('no'));
    expect(await backend.commit(BATCH)).toEqual([8]);
    expect(storeAt(0).asked).toEqual(['open', 'commit', 'commit']);
  });

  it('replaces a process that ended, and asks the new one for the outcome of the batch', async () => {
    await failOnce(new OutcomeUnknown('the log process has ended'));
    storeAt(0).hasEnded = true;
    const reading = backend.head('lobby');
    await reading;
    expect(stores).toHaveLength(2);
    expect(storeAt(1).asked).toEqual(['open', 'settle', 'head']);
    expect(late).toHaveLength(1);
    expect(storeAt(1).args[0]).toEqual([{ epoch: 'e', newestBatch: [undefined, 'batch'] }]);
  });

  it('begins another epoch before anything else when history was lost', async () => {
    await failOnce(new HistoryLost('replaced'));
    const rejected = await backend.head('lobby').catch((error: Error) => error);
    expect(rejected).toEqual(new Error('another epoch of the log has begun'));
    expect(epochs).toEqual([['f', 'replaced']]);
    expect(await backend.commit(BATCH)).toEqual([8]);
    expect(storeAt(0).asked).toEqual(['open', 'commit', 'beginEpoch', 'commit']);
  });

  it('begins another epoch when a new process finds that history was lost', async () => {
    storeAt(0).hasEnded = true;
    nextOpen = new HistoryLost('replaced');
    await expect(backend.read('lobby', 0, 10)).rejects.toThrow('another epoch');
    expect(stores).toHaveLength(2);
    expect(storeAt(1).asked).toEqual(['open', 'beginEpoch']);
    expect(epochs).toEqual([['f', 'replaced']]);
  });

  it('opens the log again in the same process, but not at once, when that failed', async () => {
    storeAt(0).hasEnded = true;
    nextOpen = new Error('no');
    await expect(backend.head('lobby')).rejects.toThrow('no');
    const failed = performance.now();
    storeAt(1).answers['open'] = {};
    storeAt(1).answers['head'] = 7;
    expect(await Promise.all([backend.head('lobby'), backend.head('lobby')])).toEqual([7, 7]);
    expect(performance.now() - failed).toBeGreaterThan(400);
    expect(storeAt(1).asked).toEqual(['open', 'open', 'head', 'head']);
  });

  it('replaces a process that ends again and again, but not at once', async () => {
    storeAt(0).hasEnded = true;
    await backend.head('lobby');
    const replaced = performance.now();
    storeAt(1).hasEnded = true;
    await backend.head('lobby');
    expect(performance.now() - replaced).toBeGreaterThan(400);
    expect(stores).toHaveLength(3);
  });

  it('kills the process when it is abandoned, and starts no other', async () => {
    backend.abandon();
    expect(storeAt(0).hasEnded).toBe(true);
    await expect(backend.head('lobby')).rejects.toThrow('the log is closed');
    expect(stores).toHaveLength(1);
  });
});
