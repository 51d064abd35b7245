import { Worker } from 'node:worker_threads';
import type { Answer, Command, WorkerInput } from './worker-messages.js';

type AnswerTo<Kind extends Answer['answer']> = Extract<Answer, { answer: Kind }>;

/** The main thread's side of a worker. Every answer rejects once the worker has failed. */
export class WorkerThread {
  readonly #worker: Worker;
  readonly #failed: Promise<never>;

  constructor(url: URL, input: WorkerInput) {
    this.#worker = new Worker(url, { workerData: input });
    this.#worker.setMaxListeners(0);
    this.#failed = new Promise((_, reject) => {
      this.#worker.once('error', reject);
      this.#worker.on('message', (answer: Answer) => {
        if (answer.answer === 'failed') reject(new Error(answer.why));
      });
    });
    this.#failed.catch(() => {}); // answer() rejects with it
  }

  tell(command: Command): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    this.#worker.postMessage(command);
  }

  /** The worker's next answer of this kind. */
  answer<Kind extends Answer['answer']>(kind: Kind): Promise<AnswerTo<Kind>> {
    const answered = new Promise<AnswerTo<Kind>>((resolve) => {
      const onMessage = (answer: Answer): void => {
        if (!isOf(kind, answer)) return;
        this.#worker.off('message', onMessage);
        resolve(answer);
      };
      this.#worker.on('message', onMessage);
    });
    return Promise.race([answered, this.#failed]);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

function isOf<Kind extends Answer['answer']>(kind: Kind, answer: Answer): answer is AnswerTo<Kind> {
  return answer.answer === kind;
}
