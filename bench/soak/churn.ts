import { Connection } from '../../src/cli/bench/connection.js';
import { monotonicMicros } from '../../src/cli/bench/monotonic.js';
import type { Endpoint } from '../../src/cli/bench/open-socket.js';
import { sourceAddress } from '../../src/cli/bench/source-addresses.js';
import type { Random } from './random.js';

/** Behaviours of guests, with their share in per cent. */
const BEHAVIOURS = [
  ['leaves', 70],
  ['resets', 15],
  ['resets in the handshake', 5],
  ['stalls', 10],
] as const;

type Behaviour = (typeof BEHAVIOURS)[number][0];

const READ_BUFFER = 64 * 1024;
const MAX_PAYLOAD = 1024 * 1024;
const SHORTEST_STAY_MS = 200;
const LONGEST_STAY_MS = 15_000;
/** How long a stalled guest stays, ms: until the server should have closed it. */
const STALLED_STAY_MS = 12_000;
const SMALL_ROOMS = Array.from({ length: 40 }, (_, i) => `small-${i}`);
const GREETING = 'a guest who says hello to a small room';

/** The room of the clients that stay, and the room in which guests stall. */
export const STAYERS_ROOM = 'bench';
export const FLOOD_ROOM = 'flood';
export const FLOOD_TEXT = 'f'.repeat(4000);

/** All rooms of guests. */
export const ROOM_TEXTS: ReadonlyMap<string, string> = new Map([
  [STAYERS_ROOM, 's'.repeat(64)],
  [FLOOD_ROOM, FLOOD_TEXT],
  ...SMALL_ROOMS.map((room): [string, string] => [room, GREETING]),
]);

/** A constant number of guests that come and go, some of them misbehaving. */
export class Churn {
  readonly #endpoint: Endpoint;
  readonly #random: Random;
  readonly #settings = {
    buffer: Buffer.allocUnsafeSlow(READ_BUFFER),
    maxPayload: MAX_PAYLOAD,
    now: monotonicMicros,
  };
  readonly #present = new Map<Connection, NodeJS.Timeout>();
  #running = false;
  #came = 0;
  #whenEmpty: (() => void) | undefined;

  constructor(endpoint: Endpoint, random: Random) {
    this.#endpoint = endpoint;
    this.#random = random;
  }

  /** Number of guests so far. */
  get came(): number {
    return this.#came;
  }

  /** Starts `count` guests over some seconds; a new guest replaces each one that leaves. */
  start(count: number): void {
    this.#running = true;
    for (let i = 0; i < count; i += 1) {
      setTimeout(() => this.#letIn(), this.#random.between(0, LONGEST_STAY_MS / 3));
    }
  }

  /** Stops. Resolves when the last guest has left. */
  async stop(): Promise<void> {
    this.#running = false;
    for (const [guest, timer] of this.#present) {
      clearTimeout(timer);
      guest.close();
    }
    if (this.#present.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
    });
  }

  #letIn(): void {
    if (!this.#running) return;
    const behaviour = this.#choose();
    const room = this.#roomFor(behaviour);
    const from = sourceAddress(this.#endpoint.address, this.#random.below(5000));
    const guest = new Connection(this.#endpoint, `/ws?room=${room}`, from, this.#settings, {
      onOpen: () => this.#onOpen(guest, behaviour, room),
      onText: () => {},
      onClosed: () => this.#onClosed(guest),
    });
    this.#came += 1;
    const stay =
      behaviour === 'stalls'
        ? STALLED_STAY_MS
        : this.#random.between(SHORTEST_STAY_MS, LONGEST_STAY_MS);
    const wait = behaviour === 'resets in the handshake' ? this.#random.between(0, 3) : stay;
    this.#present.set(
      guest,
      setTimeout(() => (behaviour === 'leaves' ? guest.close() : guest.reset()), wait),
    );
  }

  #onOpen(guest: Connection, behaviour: Behaviour, room: string): void {
    if (behaviour === 'stalls') guest.pause();
    else if (room !== STAYERS_ROOM) guest.send(GREETING);
  }

  #onClosed(guest: Connection): void {
    clearTimeout(this.#present.get(guest));
    this.#present.delete(guest);
    if (this.#running) setTimeout(() => this.#letIn(), this.#random.between(0, 100));
    else if (this.#present.size === 0) this.#whenEmpty?.();
  }

  #choose(): Behaviour {
    let left = this.#random.below(100);
    for (const [behaviour, share] of BEHAVIOURS) {
      if (left < share) return behaviour;
      left -= share;
    }
    return 'leaves';
  }

  /** A quarter joins the main room; the others greet in small rooms. */
  #roomFor(behaviour: Behaviour): string {
    if (behaviour === 'stalls') return FLOOD_ROOM;
    if (this.#random.below(4) === 0) return STAYERS_ROOM;
    return SMALL_ROOMS[this.#random.below(SMALL_ROOMS.length)] ?? STAYERS_ROOM;
  }
}
