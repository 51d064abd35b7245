import { describe, expect, it } from '@jest/globals';
import { CLOSE } from '../../src/protocol/close-code.js';
import type { Probe } from '../../src/protocol/v1.js';
import { joinedClient, newClient, reconnect } from './connected-client.js';

type World = ReturnType<typeof joinedClient>;

/** Answers the newest probe as if the way there and the way back took no time. */
function answer({ server }: World): void {
  const { t0 = NaN } = server.got<Probe>('sync').at(-1) ?? {};
  server.says('sync', { t0, t1: server.now, t2: server.now });
}

/** Lets time pass in which the server is heard and answers every probe. */
function live(world: World, ms: number): void {
  for (let passed = 0; passed < ms; passed += 50) {
    const before = world.server.got('sync').length;
    world.environment.pass(50);
    world.environment.socket.receives('tick:0');
    if (world.server.got('sync').length > before) answer(world);
  }
}

/** A client whose clock has settled. */
function settledClient(): World {
  const world = joinedClient();
  live(world, 2000);
  return world;
}

describe('client › tick', () => {
  it('comes by the clock at its boundary, each once, whatever the frames do', () => {
    const { environment, all } = joinedClient();
    const frames = ['tick:10', 'tick:10', 'tick:14', 'tick:12'];
    for (const frame of frames) environment.socket.receives(frame);
    environment.pass(749);
    expect(all('tick')).toEqual([{ n: 10, skipped: 0, lateMs: 250 }]);
    environment.pass(2001);
    expect(all('tick').map(({ n }) => n)).toEqual([10, 11, 12, 13]);
    expect(
      Math.max(
        ...all('tick')
          .slice(1)
          .map(({ lateMs }) => lateMs),
      ),
    ).toBeLessThan(0.02);
  });

  it('comes by the clock, whether all frames come, few or none', () => {
    const heard = (['all', 'sparse'] as const).map((ticks) => {
      const world = joinedClient({ ticks });
      for (let n = 11; n < 40; n += 1) {
        world.environment.pass(1000);
        answer(world);
        if (ticks === 'all' || n % 5 === 0) world.environment.socket.receives(`tick:${n}`);
      }
      expect(world.client.clock.disagreements).toBe(0);
      return world.all('tick').map(({ n }) => n);
    });
    expect(heard[0]).toEqual(Array.from({ length: 30 }, (_, i) => 10 + i));
    expect(heard[1]).toEqual(heard[0]);
  });

  it('goes on while the connection is lost, and over a reconnect', () => {
    const world = settledClient();
    world.environment.socket.ends(1006);
    world.environment.pass(1500);
    world.server.resumes({ epoch: 'first', seq: 0 }, true, 0);
    live(world, 2000);
    const numbers = world.all('tick').map(({ n }) => n);
    expect(numbers).toEqual(Array.from({ length: 6 }, (_, index) => 10 + index));
  });

  it('waits after a sleep for what the server says, then is the one that is on', () => {
    const world = settledClient();
    const { environment, server, client, all } = world;
    const sleptMs = 3_600_000;
    environment.wallAhead += sleptMs;
    environment.pass(1000);
    expect(client.clock.synced).toBe(false);
    expect(client.clock.error).toBeGreaterThan(sleptMs);
    const before = all('tick').length;
    environment.pass(2000);
    expect(all('tick')).toHaveLength(before);
    environment.wakes(); // it probes
    const t0 = environment.now();
    server.says('sync', { t0, t1: server.now + sleptMs, t2: server.now + sleptMs });
    expect(client.clock.synced).toBe(true);
    expect(all('tick').at(-1)?.skipped).toBeGreaterThan(3595);
  });

  it('finds out after a sleep what is on, also in a hidden page or right after a burst', () => {
    const world = settledClient();
    const { environment, server, client } = world;
    environment.seen = false;
    for (const sleptMs of [5000, 6000]) {
      const before = server.got('sync').length;
      environment.wallAhead += sleptMs;
      environment.pass(1000);
      expect(client.clock.synced).toBe(false);
      expect(server.got('sync').length).toBeGreaterThan(before);
      answer(world);
      expect(client.clock.synced).toBe(true);
    }
  });

  it('ends when the server stops the client, though the page is seen again', () => {
    const { environment, all } = settledClient();
    const before = all('tick').length;
    environment.socket.ends(CLOSE.policy.code);
    environment.wakes();
    environment.pass(5000);
    expect(all('tick')).toHaveLength(before);
    expect(environment.armed).toBe(0);
  });

  it('is the one that is on after a page was blocked', () => {
    const world = settledClient();
    world.environment.jump(5000);
    world.environment.pass(0);
    expect(world.all('tick').at(-1)).toMatchObject({ n: 17, skipped: 4 });
  });

  it('ends when the client stops', () => {
    const { environment, client, all } = settledClient();
    client.on('tick', () => client.close());
    environment.pass(5000);
    expect(all('tick').map(({ n }) => n)).toEqual([10, 11, 12, 13]);
  });
});

describe('client › clock', () => {
  it('knows nothing before the first hello', () => {
    const { clock } = newClient().client;
    expect([clock.now(), clock.at(1), clock.next(), clock.error]).toEqual([
      NaN,
      NaN,
      NaN,
      Infinity,
    ]);
    expect(clock.synced).toBe(false);
  });

  it('takes join and hello for the first probe', () => {
    const { environment, server, client } = newClient();
    environment.socket.opens();
    environment.pass(40);
    server.welcomes({ now: 10_270 });
    expect(client.clock.now()).toBeCloseTo(10_290, 3);
    expect(client.clock.error).toBeCloseTo(20, 1);
    expect(client.clock.next()).toBe(11_000);
    expect(client.clock.at(11)).toBe(11_000);
  });

  it('is in sync after a burst of probes, and probes ever more rarely then', () => {
    const world = settledClient();
    const { server, client } = world;
    expect(client.clock.synced).toBe(true);
    expect(server.got('sync')).toHaveLength(14);
    live(world, 58_000);
    const first = server.got('sync').length;
    expect(first).toBeGreaterThan(80);
    expect(first).toBeLessThan(120);
    live(world, 60_000);
    expect(server.got('sync').length - first).toBeLessThanOrEqual(12);
    expect(client.clock.disagreements).toBe(0);
  });

  it('leaves most of a low rate limit to messages', () => {
    const world = newClient();
    world.server.welcomes({ limits: { message: 100, rate: 2, burst: 2 } });
    live(world, 10_000);
    expect(world.server.got('sync').length).toBeLessThanOrEqual(11);
  });

  it('probes anew when a page is seen again or a frame comes before it can, not in a flood', () => {
    const world = settledClient();
    const { environment, server, client } = world;
    const probesIn = (ms: number): number => {
      const before = server.got('sync').length;
      live(world, ms);
      return server.got('sync').length - before;
    };
    live(world, 30_000);
    environment.wakes();
    expect(probesIn(1500)).toBeGreaterThanOrEqual(8);
    live(world, 30_000);
    for (const frame of ['tick:100', 'tick:101']) environment.socket.receives(frame);
    const anew = probesIn(1500);
    expect(anew).toBeGreaterThanOrEqual(8);
    expect(anew).toBeLessThanOrEqual(12);
    expect(client.clock.disagreements).toBe(2);
  });

  it('keeps its time over a reconnect, and starts anew with a server that counts anew', () => {
    const world = settledClient();
    const { environment, server, client } = world;
    reconnect(environment);
    server.resumes({ epoch: 'first', seq: 0 }, true, 0);
    expect(client.clock.synced).toBe(true);
    reconnect(environment);
    server.welcomes({ tick: { n: 0, epoch: 500, period: 1000 }, now: 500 });
    expect(client.clock.synced).toBe(false);
    expect(client.clock.now()).toBe(500);
    expect(world.all('tick').at(-1)).toEqual({ n: 0, skipped: 0, lateMs: 0 });
  });
});
