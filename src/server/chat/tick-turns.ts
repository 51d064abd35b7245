import { SPARSE_TICK_MS } from '../../protocol/v1.js';

/**
 * Skipped ticks, ms, after which every subscriber gets the next one: server time may have been
 * stepped, which a client can't know before a frame of it.
 */
const JUMP_MS = 1000;

/**
 * Turns of the subscribers that get sparse ticks. Each tick has one turn and goes to its
 * subscribers, so that a subscriber gets one at least every {@link SPARSE_TICK_MS} of server time,
 * or every tick if the period is longer. New subscribers get the next tick too. The cost of a tick
 * depends on the number of subscribers that get it, and on nothing else.
 */
export class TickTurns<Subscriber, Group> {
  readonly #periodMs: number;
  readonly #count: number;
  /** Subscribers by turn, with their groups. */
  readonly #turns = new Map<number, Map<Subscriber, Group>>();
  readonly #turnOf = new Map<Subscriber, number>();
  /** Subscribers added since the last tick. */
  readonly #added = new Map<Subscriber, Group>();
  #nextAssigned = 0;
  #lastTurn = 0;
  #lastTick: number | undefined;

  /** @param periodMs length of a tick, ms */
  constructor(periodMs: number) {
    this.#periodMs = periodMs;
    this.#count = Math.max(1, Math.floor(SPARSE_TICK_MS / periodMs));
  }

  /** Adds a subscriber. Turns are assigned one after the other, which keeps them equally large. */
  add(subscriber: Subscriber, group: Group): void {
    const turn = this.#nextAssigned;
    this.#nextAssigned = (turn + 1) % this.#count;
    this.#turnOf.set(subscriber, turn);
    const members = this.#turns.get(turn);
    if (members === undefined) this.#turns.set(turn, new Map([[subscriber, group]]));
    else members.set(subscriber, group);
    this.#added.set(subscriber, group);
  }

  /** Removes a subscriber, if it was added. */
  delete(subscriber: Subscriber): void {
    const turn = this.#turnOf.get(subscriber);
    if (turn === undefined) return;
    this.#turnOf.delete(subscriber);
    this.#turns.get(turn)?.delete(subscriber);
    this.#added.delete(subscriber);
  }

  /**
   * Returns the subscribers that get tick `n`, by group. The turns of skipped ticks are made up
   * for. Numbers must only go up.
   */
  take(n: number): ReadonlyMap<Group, ReadonlySet<Subscriber>> {
    const due = new Map<Group, Set<Subscriber>>();
    collect(this.#added, due);
    this.#added.clear();
    for (let left = this.#turnsUntil(n); left > 0; left -= 1) {
      this.#lastTurn = (this.#lastTurn + 1) % this.#count;
      collect(this.#turns.get(this.#lastTurn) ?? [], due);
    }
    this.#lastTick = n;
    return due;
  }

  #turnsUntil(n: number): number {
    const skipped = this.#lastTick === undefined ? 0 : n - this.#lastTick - 1;
    if (skipped * this.#periodMs >= JUMP_MS) return this.#count;
    return Math.min(skipped + 1, this.#count);
  }
}

/** Adds `members` to the subscribers of their groups. */
function collect<Subscriber, Group>(
  members: Iterable<[Subscriber, Group]>,
  due: Map<Group, Set<Subscriber>>,
): void {
  for (const [subscriber, group] of members) {
    const subscribers = due.get(group);
    if (subscribers === undefined) due.set(group, new Set([subscriber]));
    else subscribers.add(subscriber);
  }
}
