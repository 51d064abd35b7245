/** What a run does. */
export interface BenchPlan {
  readonly target: BenchTarget;
  readonly clients: number;
  /** How many of the clients send: the first ones, which are spread evenly over the rooms. */
  readonly senders: number;
  readonly load: Load;
  /** Bytes of a message's text. */
  readonly size: number;
  readonly rooms: number;
  /** Length of the measured window, and of the same load before it, ms. */
  readonly windowMs: number;
  readonly warmupMs: number;
  /** How long the server is left alone between the last connection and the first message, ms. */
  readonly settleMs: number;
  /** Threads that the clients are spread over. */
  readonly workers: number;
  /** The server's process, if it is on this machine. */
  readonly pid?: number | undefined;
  /** Clients, the last ones, that stop reading once the load begins. They are not measured. */
  readonly stalled: number;
  /**
   * 1: all others read. 50: only each 50th does, what the rest get stays in the kernel, so that the
   * spread of a tick over thousands is the server's and not the time that the bench takes to read.
   */
  readonly readEvery: number;
}

/** When messages are sent. */
export type Load =
  /** Messages a second in all, evenly spaced and whatever comes back. 0: nobody sends. */
  | { readonly kind: 'rate'; readonly perSecond: number }
  /** Each sender waits for a message of every sender of its room, then sends its next. */
  | { readonly kind: 'closed' };

/** Where the server is. */
export interface BenchTarget {
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  /** Path of the WebSocket. */
  readonly path: string;
  /** Name of the room, or what the names of several begin with. */
  readonly room: string;
  /** What the server lets clients in by, if it asks for it. */
  readonly token?: string | undefined;
}

/** The room that a client is in, from 0. */
export function roomOfClient(plan: BenchPlan, client: number): number {
  return client % plan.rooms;
}

/** A sender's place among those of its room, from 0: what a receiver tells it by. */
export function slotOfSender(plan: BenchPlan, sender: number): number {
  return Math.floor(sender / plan.rooms);
}

/** How many senders a room has. */
export function sendersInRoom(plan: BenchPlan, room: number): number {
  return Math.max(0, Math.ceil((plan.senders - room) / plan.rooms));
}

/** What a room is called. */
export function roomName(plan: BenchPlan, room: number): string {
  return plan.rooms === 1 ? plan.target.room : `${plan.target.room}-${room + 1}`;
}

/** The clients of one worker: every so many-th. */
export function clientsOfWorker(plan: BenchPlan, worker: number): number[] {
  const clients: number[] = [];
  for (let client = worker; client < plan.clients; client += plan.workers) clients.push(client);
  return clients;
}
