import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlainClient } from '../support/plain-client.js';
import { SEED } from '../support/seeded-random.js';
import { until } from '../support/until.js';
import { answerTo } from './case.js';
import { CORPUS } from './corpus.js';
import { askAndAbort, crowd, untilLetIn } from './descriptors.js';
import { Flood, FLOODS, serviceOf } from './flood.js';
import { fuzz } from './fuzz.js';
import { halfOpen } from './half-open.js';
import { MOST_GROWN_BYTES, ObservedDaemon } from './observed-daemon.js';

/** `npm run hostile` does the same at full size and prints the results. */
describe('a server under attack', () => {
  let server: ObservedDaemon;
  /**
   * All cases are sent at once, because incomplete ones take seconds. Each test checks one
   * answer.
   */
  let answers: ReadonlyMap<string, string>;

  beforeAll(async () => {
    server = await ObservedDaemon.start();
    const all = CORPUS.map(
      async (attack) => [attack.name, await answerTo(server.port, attack)] as const,
    );
    answers = new Map(await Promise.all(all));
  }, 60_000);

  afterAll(async () => {
    const verdict = await server.finish();
    expect(verdict.exit).toBe(0);
    expect(verdict.grownBytes).toBeLessThanOrEqual(MOST_GROWN_BYTES);
    expect(verdict.missedTicks).toBeLessThanOrEqual(verdict.skippedTicks);
    // A tick may be skipped only while the machine was blocked, or ran other tests. Alone
    // (`npm run hostile`) none may be skipped.
    const { machineHeldUpMs, waitedForCpuMs } = verdict;
    const excused = Math.floor(Math.max(machineHeldUpMs / 500, waitedForCpuMs / 1000));
    expect(verdict.skippedTicks).toBeLessThanOrEqual(excused);
  }, 90_000);

  it('is attacked in more than 150 ways, each with a name of its own', () => {
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
    expect(CORPUS.length).toBeGreaterThan(150);
  });

  it.each(CORPUS.map(({ name, expected }) => [name, expected]))(
    'answers %s with %s',
    (name, expected) => {
      expect(answers.get(name)).toBe(expected);
    },
  );

  it(`outlives mutations of them all (SEED=${SEED})`, async () => {
    expect(await fuzz(server.port, CORPUS, SEED, 3)).toBeGreaterThan(0);
    await untilLetIn(server.port);
  }, 60_000);

  it('gets rid of half requests by itself and lets others in meanwhile', async () => {
    const { handshakes } = await halfOpen(server.port, 500);
    expect(handshakes).toBeGreaterThan(0);
  }, 60_000);

  it.each(FLOODS.filter(({ name }) => /pongs|pings/.test(name)))(
    'spends little on 20 connections that send $name as fast as they can',
    async (kind) => {
      const flood = new Flood(server.port, kind);
      const [cpuBefore, began] = [server.cpuMs(), performance.now()];
      const { roundTripsMs } = await serviceOf(server.port, 1000, 2000);
      const cpuShare = (server.cpuMs() - cpuBefore) / (performance.now() - began);
      await flood.stop();
      expect(roundTripsMs.length).toBeGreaterThan(0);
      expect(cpuShare).toBeLessThan(0.5); // without a budget it takes all of a core
    },
    60_000,
  );

  it('loses no descriptor to those who ask for the page and go away', async () => {
    await untilLetIn(server.port);
    const before = server.descriptors;
    await askAndAbort(server.port, 1000);
    await until('its descriptors are back', () => server.descriptors <= before);
  }, 60_000);
});

describe('a server without descriptors', () => {
  it('goes on, and lets people in when there are some again', async () => {
    const server = await ObservedDaemon.start(['prlimit', '--nofile=256:256']);
    const inside = await PlainClient.connect(server.port);
    const letGo = await crowd(server.port, 600);
    // New clients are rejected, and open connections go on.
    await expect(PlainClient.connect(server.port)).rejects.toThrow();
    inside.send('still here');
    await inside.untilMessages(1);
    await inside.untilTicks(inside.ticks.length + 2);
    await letGo();
    await untilLetIn(server.port);
    inside.ws.terminate();
    const verdict = await server.finish();
    expect(verdict.exit).toBe(0);
    expect(verdict.missedTicks).toBeLessThanOrEqual(verdict.skippedTicks);
  }, 90_000);
});
