import { beforeEach, describe, expect, it } from '@jest/globals';
import { LmdbBackend, type Thread } from '../../../src/server/log/lmdb-backend.js';
import { OutcomeUnknown, type Entry } from '../../../src/server/log/log.js';

/** Plays a thread: what it is asked it answers, or rejects, as `answers` says, by verb. */
class FakeThread {
  hasEnded = false;
  readonly asked: string[] = [];
  readonly answers: Record<string, unknown> = {};

  ask(verb: string): Promise<unknown> {
    this.asked.push(verb);
    const answer = this.answers[verb];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  }

  async end(): Promise<void> {
    this.hasEnded = true;
  }
}

const BATCH = { id: 'batch', drafts: '[]', timeline: undefined };
const LATE = [['lobby', [[7, [1, 'ann-id', 'ann', 'i', 'late']]]]];

describe('lmdb backend', () => {
  let threads: FakeThread[];
  let late: Entry[];
  let backend: LmdbBackend;

  beforeEach(async () => {
    threads = [];
    late = [];
    const start = () => {
      const thread = new FakeThread();
      thread.answers['open'] = { epoch: 'e', timeline: undefined };
      thread.answers['settle'] = LATE;
      threads.push(thread);
      return thread as unknown as Thread;
    };
    backend = new LmdbBackend(start, (entry) => late.push(entry));
    await backend.open();
  });

  const thread = (i: number): FakeThread => {
    const found = threads[i];
    if (found === undefined) throw new Error(`no thread ${i} was started`);
    return found;
  };

  const failOnce = async (error: Error) => {
    thread(0).answers['commit'] = error;
    await expect(backend.commit(BATCH)).rejects.toBe(error);
    thread(0).answers['commit'] = [8];
  };

  it('announces a batch that was logged after all before anything else is logged or read', async () => {
    await failOnce(new OutcomeUnknown('who knows'));
    thread(0).answers['head'] = 7;
    const [head, outcomes] = await Promise.all([backend.head('lobby'), backend.commit(BATCH)]);
    expect([head, outcomes]).toEqual([7, [8]]);
    expect(late).toMatchObject([{ room: 'lobby', seq: 7, text: 'late' }]);
    expect(thread(0).asked).toEqual(['open', 'commit', 'settle', 'head', 'commit']);
  });

  it('logs nothing while it can’t be told what became of a batch', async () => {
    await failOnce(new OutcomeUnknown('who knows'));
    thread(0).answers['settle'] = new OutcomeUnknown('still not');
    const refused = await backend.commit(BATCH).catch((error: Error) => error);
    expect(refused).not.toBeInstanceOf(OutcomeUnknown);
    expect(refused).toMatchObject({ message: 'still not' });
    thread(0).answers['settle'] = [];
    expect(await backend.commit(BATCH)).toEqual([8]);
    expect(late).toEqual([]);
  });

  it('goes on at once after a batch that failed', async () => {
    await failOnce(new Error('no'));
    expect(await backend.commit(BATCH)).toEqual([8]);
    expect(thread(0).asked).toEqual(['open', 'commit', 'commit']);
  });

  it('starts another thread for one that ended, and asks it what became of the batch', async () => {
    await failOnce(new OutcomeUnknown('the thread of the log has ended'));
    thread(0).hasEnded = true;
    const reading = backend.head('lobby');
    await reading;
    expect(threads).toHaveLength(2);
    expect(thread(1).asked).toEqual(['open', 'settle', 'head']);
    expect(late).toHaveLength(1);
  });
});
