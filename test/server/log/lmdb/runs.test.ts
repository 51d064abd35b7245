import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LmdbStore } from '../../../../src/server/log/lmdb/store.js';

const ROOMS = ['a', 'b'] as const;
type RoomName = (typeof ROOMS)[number];

/** A client's position, and the texts up to it as the client has them. */
interface Remembered {
  readonly room: RoomName;
  readonly epoch: string;
  readonly texts: readonly string[];
  /** Number of copies that had been put back by then. */
  readonly rollbacks: number;
}

/** A log over restarts and copies that are put back, with the clients of all its times. */
class World {
  readonly #base = mkdtempSync(join(tmpdir(), 'tickchat-runs-'));
  readonly #copies: Array<{ readonly path: string; readonly texts: Record<RoomName, string[]> }> =
    [];
  readonly #clients: Remembered[] = [];
  #texts: Record<RoomName, string[]> = { a: [], b: [] };
  #store = this.#newStore();
  #epoch = this.#store.open(undefined).epoch;
  #count = 0;
  #rollbacks = 0;

  append(room: RoomName): void {
    this.#count += 1;
    const text = `m${this.#count}`;
    const row = [0, 'ann', 'Ann', '', text];
    this.#store.commit({ id: text, drafts: JSON.stringify([[room, row]]), timeline: undefined });
    this.#texts[room].push(text);
  }

  /** A client reads to the end of a room and goes offline. */
  remember(room: RoomName): void {
    const [epoch, rollbacks] = [this.#epoch, this.#rollbacks];
    this.#clients.push({ room, epoch, texts: [...this.#texts[room]], rollbacks });
  }

  restart(): void {
    this.#store.close();
    this.#start();
  }

  copy(): void {
    this.#store.close();
    const path = join(this.#base, `copy-${this.#copies.length}`);
    cpSync(this.#directory, path, { recursive: true });
    this.#copies.push({ path, texts: structuredClone(this.#texts) });
    this.#start();
  }

  putBack(which: number): void {
    const copy = this.#copies[which % this.#copies.length];
    if (copy === undefined) return;
    this.#store.close();
    rmSync(this.#directory, { recursive: true });
    cpSync(copy.path, this.#directory, { recursive: true });
    this.#texts = structuredClone(copy.texts);
    this.#rollbacks += 1;
    this.#start();
  }

  /** Checks every client: what `holds` says must be so. */
  check(): void {
    for (const { room, epoch, texts, rollbacks } of this.#clients) {
      const held = this.#store.holds(room, { epoch, seq: texts.length });
      const now = this.#texts[room].slice(0, texts.length);
      if (held) expect(now).toEqual(texts); // never said wrongly
      if (rollbacks === this.#rollbacks) expect(held).toBe(true); // nothing was lost
    }
  }

  end(): void {
    this.#store.close();
    rmSync(this.#base, { recursive: true });
  }

  get #directory(): string {
    return join(this.#base, 'data');
  }

  #newStore(): LmdbStore {
    return new LmdbStore({ directory: this.#directory, historyPerRoom: 1000 });
  }

  #start(): void {
    this.#store = this.#newStore();
    this.#epoch = this.#store.open(undefined).epoch;
  }
}

describe('the runs of a log', () => {
  const room = fc.constantFrom(...ROOMS);
  const step = fc.oneof(
    { weight: 6, arbitrary: room.map((name) => (world: World) => world.append(name)) },
    { weight: 3, arbitrary: room.map((name) => (world: World) => world.remember(name)) },
    fc.constant((world: World) => world.restart()),
    fc.constant((world: World) => world.copy()),
    fc.nat({ max: 9 }).map((which) => (world: World) => world.putBack(which)),
  );

  it('tell which positions are good, over any restarts and copies that are put back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = new World();
        try {
          for (const take of steps) {
            take(world);
            world.check();
          }
        } finally {
          world.end();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('keep a position good over many restarts with messages in between', () => {
    const world = new World();
    try {
      world.append('a');
      world.remember('a');
      for (let i = 0; i < 50; i += 1) {
        world.restart();
        world.append('a');
        world.check();
      }
    } finally {
      world.end();
    }
  });

  it('end where they were rolled back to: 80 messages, back to 50, 50 others', () => {
    const world = new World();
    try {
      for (let i = 0; i < 50; i += 1) world.append('a');
      world.copy();
      for (let i = 0; i < 30; i += 1) world.append('a');
      world.remember('a');
      world.putBack(0);
      world.check();
      for (let i = 0; i < 50; i += 1) world.append('a');
      world.check();
    } finally {
      world.end();
    }
  });
});
