import type { TlsTarget } from './open-socket.js';

/** Plan of a run. */
export interface BenchPlan {
  readonly target: BenchTarget;
  readonly clients: number;
  /** Number of clients that send: the first ones, spread evenly over the rooms. */
  readonly senders: number;
  readonly load: Load;
  /** Length of a message's text, bytes. */
  readonly size: number;
  readonly rooms: number;
  /** Length of the measured window, ms. */
  readonly windowMs: number;
  /** Length of the same load before the window, ms. */
  readonly warmupMs: number;
  /** Pause between the last connection and the first message, ms. */
  readonly settleMs: number;
  /** Number of threads that run the clients. */
  readonly workers: number;
  /** Process id of a server on this machine. */
  readonly pid?: number | undefined;
  /** Number of clients, the last ones, that stop reading when the load begins. Not measured. */
  readonly stalled: number;
  /**
   * 1: all other clients read. 50: only each 50th reads, and the messages of the rest stay in the
   * kernel. The spread of a tick then excludes the time that the bench needs to read thousands.
   */
  readonly readEvery: number;
  readonly storm?: StormPlan | undefined;
}

/**
 * A reconnect storm: some clients leave when the load begins, and come back together when the
 * window begins. Those that stay are measured. The window ends when all have come back.
 */
export interface StormPlan {
  /** Number of clients that leave: the last ones of the plan, fewer than all. */
  readonly clients: number;
  /** Time over which their returns are evenly spread, ms. */
  readonly withinMs: number;
  /** Number of rooms that they are spread over, apart from the rooms of those that stay. */
  readonly rooms: number;
}

/** Schedule of the messages. */
export type Load =
  /** Messages per second of all senders together, evenly spaced. 0: nobody sends. */
  | { readonly kind: 'rate'; readonly perSecond: number }
  /** Each sender waits for a message of every sender of its room, then sends again. */
  | { readonly kind: 'closed' };

/** The server under test. */
export interface BenchTarget {
  /** Host name or address. */
  readonly host: string;
  readonly port: number;
  /** Path of the WebSocket. */
  readonly path: string;
  /** Name of the room, or prefix of the names of several rooms. */
  readonly room: string;
  /** Token, for a server that requires one. */
  readonly token?: string | undefined;
  /** Undefined: no TLS. */
  readonly tls?: TlsTarget | undefined;
}

/** The room that a client is in, from 0. */
export function roomOfClient(plan: BenchPlan, client: number): number {
  return client % plan.rooms;
}

/** A sender's slot among the senders of its room, from 0. */
export function slotOfSender(plan: BenchPlan, sender: number): number {
  return Math.floor(sender / plan.rooms);
}

/** Number of senders in a room. */
export function sendersInRoom(plan: BenchPlan, room: number): number {
  return Math.max(0, Math.ceil((plan.senders - room) / plan.rooms));
}

/** Name of a room. */
export function roomName(plan: BenchPlan, room: number): string {
  return plan.rooms === 1 ? plan.target.room : `${plan.target.room}-${room + 1}`;
}
