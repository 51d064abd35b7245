import { afterClose, closeRow, CONNECTION_LOST } from '../protocol/close-code.js';
import { backoffDelayMs, type BackoffLimits } from './backoff.js';
import type { Cause } from './cause.js';
import { SingleTimer } from './single-timer.js';
import type { Closed, Socket, Transport } from './socket.js';
import {
  BLOCKED,
  LOST,
  causeOfClose,
  SILENT,
  type AfterClosing,
  type Phase,
  type ReconnectingSocketEvents,
  type SocketEnvironment,
} from './reconnecting-state.js';
import { stoppedByCode, type Stopped } from './state.js';

/** Wait before an attempt to reconnect: within 10 s of a server's return its clients are back. */
export const BACKOFF: BackoffLimits = { firstMs: 500, capMs: 8000 };

/** Maximum duration of an attempt, ms: where nothing answers, browsers try for minutes. */
const ATTEMPT_TIMEOUT_MS = 10_000;

/** Time after which the server of a WebSocket that has not opened is asked over HTTP, ms. */
const ASK_AFTER_MS = 2000;

/** Time that a WebSocket still has to open after the server has answered over HTTP, ms. */
const OPEN_AFTER_ANSWER_MS = 2000;

/** Age of a connection, ms, from which its loss counts as a first failure again. */
const STABLE_AFTER_MS = 60_000;

/** How long to wait for a `close` event after closing a socket, ms. */
const CLOSE_TIMEOUT_MS = 3000;

/**
 * A connection that reconnects by itself. It has one socket at most: the next one is opened after
 * the last has closed. It stops after a close code that says so.
 *
 * Every attempt begins with a WebSocket. SSE is used only after a WebSocket failed to open while a
 * plain HTTP request to the same server succeeded.
 */
export class ReconnectingSocket {
  readonly #url: string;
  readonly #protocols: readonly string[];
  readonly #environment: SocketEnvironment;
  readonly #events: ReconnectingSocketEvents;
  /** Each phase waits for one moment at most. */
  readonly #timer: SingleTimer;
  #transport: Transport = 'websocket';
  #phase: Phase = { name: 'idle' };
  #failures = 0;
  /** Whether HTTP worked between the last failure and this attempt. */
  #httpWorked = false;
  #cancelReach: () => void = () => {};

  constructor(
    url: string,
    protocols: readonly string[],
    environment: SocketEnvironment,
    events: ReconnectingSocketEvents,
  ) {
    this.#url = url;
    this.#protocols = protocols;
    this.#environment = environment;
    this.#events = events;
    this.#timer = new SingleTimer(environment);
  }

  /** Transport of the connection or of the current attempt. */
  get transport(): Transport {
    return this.#transport;
  }

  /** Connects if it is idle; skips the rest of a wait. */
  connect(): void {
    const phase = this.#phase;
    if (phase.name === 'closing') {
      if (phase.next.do === 'nothing')
        this.#phase = { ...phase, next: { do: 'wait', cause: LOST } };
    } else if (phase.name === 'idle' || phase.name === 'waiting') this.#attempt();
  }

  /** Skips the rest of a wait. Does nothing in any other state. */
  wake(): void {
    if (this.#phase.name === 'waiting') this.#attempt();
  }

  /** Sends a frame; false if no socket is open. */
  send(text: string): boolean {
    const socket = this.#openSocket;
    socket?.send(text);
    return socket !== undefined;
  }

  /** The server has answered: the attempt succeeded. */
  markHealthy(): void {
    if (this.#phase.name !== 'open') return;
    this.#enter({ name: 'healthy', socket: this.#phase.socket });
    this.#timer.arm(() => (this.#failures = 0), STABLE_AFTER_MS);
    this.#events.onState({ name: 'connected' });
  }

  /** Ends a dead connection, whatever its socket reports, and reconnects. */
  terminate(): void {
    this.#terminate({ do: 'wait', cause: SILENT });
  }

  /** Closes the connection and doesn't reconnect until {@link connect} is called. */
  stop(): void {
    const phase = this.#phase;
    if (phase.name === 'closing') this.#phase = { ...phase, next: { do: 'nothing' } };
    else if ('socket' in phase) {
      this.#startClosing(phase.socket, { do: 'nothing' });
      phase.socket.close();
    } else this.#enter({ name: 'idle' });
  }

  /** Begins an attempt: with a WebSocket, whatever the last connection used. */
  #attempt(): void {
    this.#httpWorked = false;
    this.#open('websocket');
    this.#events.onState({ name: 'connecting' });
  }

  #open(transport: Transport): void {
    this.#transport = transport;
    const socket =
      transport === 'sse'
        ? this.#environment.openSse(this.#url)
        : new this.#environment.WebSocket(this.#url, [...this.#protocols]);
    this.#enter({ name: 'opening', socket });
    socket.addEventListener('open', () => this.#onOpen(socket));
    socket.addEventListener('message', ({ data }) => {
      if (this.#openSocket === socket && typeof data === 'string') this.#events.onText(data);
    });
    socket.addEventListener('close', (event) => this.#onClose(socket, event));
    socket.addEventListener('error', () => {}); // `close` follows; ws throws without a listener
    if (transport === 'sse') this.#armAttemptTimeout();
    else this.#timer.armDeadline(() => this.#askWhileOpening(), ASK_AFTER_MS);
  }

  get #openSocket(): Socket | undefined {
    const phase = this.#phase;
    return phase.name === 'open' || phase.name === 'healthy' ? phase.socket : undefined;
  }

  #onOpen(socket: Socket): void {
    if (this.#phase.name !== 'opening' || this.#phase.socket !== socket) return;
    this.#enter({ name: 'open', socket });
    this.#armAttemptTimeout();
    this.#events.onOpen();
  }

  /** A server that is only slow opens the WebSocket soon after it answers, at the latest. */
  #askWhileOpening(): void {
    this.#armAttemptTimeout(ATTEMPT_TIMEOUT_MS - ASK_AFTER_MS);
    this.#cancelReach = this.#environment.reach(this.#url, ({ ready }) => {
      if (!ready) return; // the timeout ends the attempt
      this.#timer.armDeadline(() => this.#terminate({ do: 'use sse' }), OPEN_AFTER_ANSWER_MS);
    });
  }

  #armAttemptTimeout(delayMs = ATTEMPT_TIMEOUT_MS): void {
    this.#timer.armDeadline(() => this.#terminate({ do: 'ask' }), delayMs);
  }

  #terminate(next: AfterClosing): void {
    const phase = this.#phase;
    if (!('socket' in phase) || phase.name === 'closing') return;
    this.#startClosing(phase.socket, next);
    if (phase.socket.terminate === undefined) phase.socket.close();
    else phase.socket.terminate();
  }

  /** Reads nothing more from the socket, and gives up on its `close` event after a time. */
  #startClosing(socket: Socket, next: AfterClosing): void {
    this.#enter({ name: 'closing', socket, next });
    this.#timer.arm(() => {
      socket.terminate?.();
      this.#onClose(socket, { code: CONNECTION_LOST });
    }, CLOSE_TIMEOUT_MS);
  }

  #onClose(socket: Socket, { code, reason }: Closed): void {
    const phase = this.#phase;
    if (!('socket' in phase) || phase.socket !== socket) return;
    if (phase.name === 'closing') return this.#afterClosing(phase.next);
    if (afterClose(code) === 'stop') return this.#stop(stoppedByCode(code, reason));
    const row = closeRow(code);
    if (row !== undefined) this.#wait(causeOfClose(row, reason, this.#transport));
    else if (phase.name === 'healthy') this.#wait(LOST);
    else this.#askAfterFailure();
  }

  #afterClosing(next: AfterClosing): void {
    switch (next.do) {
      case 'nothing':
        return this.#enter({ name: 'idle' });
      case 'ask':
        return this.#askAfterFailure();
      case 'use sse':
        return this.#open('sse');
      case 'wait':
        return this.#wait(next.cause);
    }
  }

  /**
   * The socket did not open. One that was refused while the server started gets a second chance: a
   * server that answers now may not have been there then.
   */
  #askAfterFailure(): void {
    this.#enter({ name: 'asking' });
    this.#cancelReach = this.#environment.reach(this.#url, (result) => {
      if (!result.ready) return this.#refused(result.cause);
      if (this.#transport === 'sse') return this.#wait(BLOCKED);
      if (this.#httpWorked) return this.#open('sse');
      this.#httpWorked = true;
      this.#open('websocket');
    });
  }

  /** No later attempt changes what the server allows. */
  #refused(cause: Cause): void {
    const { code: reason, text } = cause;
    if (reason !== 'origin' && reason !== 'host') return this.#wait(cause);
    this.#stop({ name: 'stopped', reason, text });
  }

  #stop(state: Stopped): void {
    this.#enter({ name: 'idle' });
    this.#events.onState(state);
  }

  #wait(cause: Cause): void {
    const delayMs = backoffDelayMs(this.#failures++, BACKOFF, () => this.#environment.random());
    this.#enter({ name: 'waiting' });
    this.#timer.arm(() => this.#attempt(), delayMs);
    this.#events.onState({ name: 'waiting', delayMs, cause });
  }

  /** Enters a phase. Whatever the last one waited for is cancelled. */
  #enter(phase: Phase): void {
    this.#timer.cancel();
    this.#cancelReach();
    this.#cancelReach = () => {};
    this.#phase = phase;
  }
}
