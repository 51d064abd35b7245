import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { Client, type ClientSettings } from './client.js';
import type { Dialect } from './dialect.js';
import { monotonicMicros } from './monotonic.js';
import { PayloadReader, PayloadWriter } from './payload.js';
import { SteadySender } from './steady-sender.js';
import { firstOfStorm, returnsPerSecond } from './storm.js';
import { Tally, type Schedule } from './tally.js';
import { TurnEnd } from './turn-end.js';
import { clientsOfWorker } from './worker-clients.js';
import type { Answer, Command, WorkerInput, WorkerResult } from './worker-messages.js';

const READ_BUFFER = 64 * 1024;
/** Extra size of frames that are not bench messages, bytes: a server's greeting, other clients. */
const SPARE_PAYLOAD = 64 * 1024;
/** Maximum number of concurrent handshakes per worker. */
const CONNECTING = 64;
/** Silence after which no further message is expected, ms. */
const QUIET_MS = 2000;
/** Longest wait for pending messages, ms. */
const SETTLE_MS = 15_000;
/** Longest wait for the server's close frames, ms. */
const CLOSE_MS = 2000;
const POLL_MS = 50;

/** Runs the clients of one worker thread, by the commands of the main thread. */
export function runWorker(dialect: Dialect): void {
  if (parentPort === null) throw new Error('runs in a worker thread only');
  const input: WorkerInput = workerData;
  const pool = new ClientPool(dialect, input, parentPort);
  parentPort.on('message', (command: Command) => pool.handle(command));
  void pool.connect();
}

/** The clients of one worker. */
class ClientPool {
  readonly #input: WorkerInput;
  readonly #port: MessagePort;
  readonly #tally: Tally;
  readonly #clients = new Map<number, Client>();
  #steady: SteadySender | undefined;
  #returns: SteadySender | undefined;
  #busy = 0;

  constructor(dialect: Dialect, input: WorkerInput, port: MessagePort) {
    this.#input = input;
    this.#port = port;
    this.#tally = new Tally(input.counters);
    const { plan, run, endpoint } = input;
    const settings: ClientSettings = {
      plan,
      endpoint,
      dialect,
      tally: this.#tally,
      turnEnd: new TurnEnd(),
      reader: new PayloadReader(run),
      writer: new PayloadWriter(run, plan.size),
      buffer: Buffer.allocUnsafeSlow(READ_BUFFER),
      maxPayload: plan.size + SPARE_PAYLOAD,
      now: monotonicMicros,
    };
    for (const index of clientsOfWorker(plan, input.worker)) {
      this.#clients.set(index, new Client(settings, index));
    }
  }

  /** Connects all clients, {@link CONNECTING} at a time, up to the first failure. */
  async connect(): Promise<void> {
    const waiting = this.#clients.values();
    const connectWaiting = async (): Promise<void> => {
      for (const client of waiting) await client.connect();
    };
    try {
      await Promise.all(Array.from({ length: CONNECTING }, connectWaiting));
      this.#answer({ answer: 'connected' });
    } catch (error) {
      this.#answer({ answer: 'failed', why: error instanceof Error ? error.message : 'unknown' });
    }
  }

  handle(command: Command): void {
    switch (command.command) {
      case 'begin':
        return this.#begin(command.schedule);
      case 'stop':
        return this.#stop();
      case 'settle':
        return void this.#settle(command.sentBySender);
      case 'close':
        return void this.#close();
    }
  }

  #begin(schedule: Schedule): void {
    const { load, senders } = this.#input.plan;
    this.#tally.begin(schedule);
    for (const client of this.#clients.values()) client.begin(schedule.startAt);
    if (load.kind === 'rate' && load.perSecond > 0) {
      this.#steady = new SteadySender(senders, load.perSecond, schedule.startAt, {
        now: monotonicMicros,
        send: (sender) => this.#clients.get(sender)?.send(),
      });
      this.#steady.start();
    }
    this.#planReturns(schedule.windowStart);
    const untilWindow = (schedule.windowStart - monotonicMicros()) / 1e3;
    setTimeout(() => this.#watchLoad(), untilWindow).unref();
  }

  /** Lets the clients of a storm come back, evenly spaced. @param at µs */
  #planReturns(at: number): void {
    const { plan } = this.#input;
    if (plan.storm === undefined) return;
    const first = firstOfStorm(plan);
    const { clients } = plan.storm;
    const sending = {
      now: monotonicMicros,
      send: (one: number) => void this.#clients.get(first + one)?.comeBack(),
    };
    const perSecond = returnsPerSecond(plan.storm);
    this.#returns = new SteadySender(clients, perSecond, at, sending, clients);
    this.#returns.start();
  }

  /** Measures the load of the thread from now until sending stops. */
  #watchLoad(): void {
    const atStart = performance.eventLoopUtilization();
    this.#readLoad = () => performance.eventLoopUtilization(atStart).utilization;
  }

  #readLoad = (): number => 0;

  #stop(): void {
    this.#steady?.stop();
    this.#returns?.stop();
    this.#busy = this.#readLoad();
    const senders = [...this.#clients.values()].filter((client) => client.isSender);
    for (const client of senders) client.stopSending();
    this.#answer({
      answer: 'stopped',
      sent: senders.map((client) => ({ sender: client.index, sent: client.sent })),
    });
  }

  /** Waits until all messages have arrived, or no more arrive. */
  async #settle(sentBySender: readonly number[]): Promise<void> {
    const deadline = monotonicMicros() + SETTLE_MS * 1e3;
    let awaited = this.#awaited(sentBySender);
    let delivered = this.#tally.get('delivered');
    let quietSince = monotonicMicros();
    while (awaited > 0 && monotonicMicros() < deadline) {
      if (monotonicMicros() - quietSince > QUIET_MS * 1e3) break;
      await delay(POLL_MS);
      if (this.#tally.get('delivered') === delivered) continue;
      delivered = this.#tally.get('delivered');
      quietSince = monotonicMicros();
      awaited = this.#awaited(sentBySender);
    }
    const stillComing = monotonicMicros() >= deadline;
    this.#answer({ answer: 'settled', result: this.#result(awaited, stillComing) });
  }

  #awaited(sentBySender: readonly number[]): number {
    return this.#counting().reduce((sum, client) => sum + client.awaited(sentBySender), 0);
  }

  #counting(): Client[] {
    return [...this.#clients.values()].filter((client) => client.counts);
  }

  #result(awaited: number, stillComing: boolean): WorkerResult {
    const faults = [...this.#clients.values()].map((client) => client.faults);
    return {
      latency: this.#tally.latency.toRecord(),
      ticks: this.#tally.ticks.records(),
      counting: this.#counting().length,
      lost: total(faults.map((one) => one.lost)) + (stillComing ? 0 : awaited),
      pending: stillComing ? awaited : 0,
      outOfOrder: total(faults.map((one) => one.outOfOrder)),
      duplicated: total(faults.map((one) => one.duplicated)),
      busy: this.#busy,
    };
  }

  async #close(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    const deadline = monotonicMicros() + CLOSE_MS * 1e3;
    const open = () => this.#tally.get('connected') - this.#tally.get('closed');
    while (open() > 0 && monotonicMicros() < deadline) await delay(POLL_MS);
    this.#answer({ answer: 'closed' });
  }

  #answer(answer: Answer): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
    this.#port.postMessage(answer);
  }
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
