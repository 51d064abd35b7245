import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startDaemon, type Daemon } from '../support/daemon.js';
import { ROOT } from '../support/root.js';
import { answerTo } from './case.js';
import { FRAMES } from './frames.js';
import { V1_FRAMES } from './v1-frames.js';

const CASES = [...FRAMES, ...V1_FRAMES];
const WITHOUT = `--import=${join(ROOT, 'test/support/without-read-buffer.js')}`;

/** `hostile.system.test.ts` sends these frames with the handshake: then ws alone reads them. */
describe.each([
  ['into the shared buffer', ''],
  ['into buffers of their own', WITHOUT],
])('frames after the response, read %s', (_, nodeOptions) => {
  let daemon: Daemon;

  beforeAll(async () => {
    daemon = await startDaemon([], { NODE_OPTIONS: nodeOptions });
  });

  afterAll(() => daemon.stop());

  it('are answered as in the corpus', async () => {
    const answers = CASES.map((attack) => answerTo(daemon.port, attack, 'after the response'));
    const names = CASES.map(({ name }) => name);
    const found = (await Promise.all(answers)).map((answer, n) => [names[n], answer]);
    expect(found).toEqual(CASES.map(({ name, expected }) => [name, expected]));
  }, 60_000);
});
