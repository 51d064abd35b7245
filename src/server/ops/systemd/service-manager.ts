import type { Assignment, Notifier } from './notify.js';

/** The part of a server that a service manager is told about. */
export interface Service {
  readonly online: number;
  readonly tick: number;
  readonly health: { fault(): Promise<string | undefined> };
}

/** Tells the service manager the state of the server. */
export interface ServiceManager {
  /** Connections are accepted; a reload is complete. */
  ready(): void;
  /** A reload begins. */
  reloading(): void;
  /** The server stops; nothing is sent after that. Resolves when it is sent. Never rejects. */
  stopping(): Promise<void>;
}

/** Requirements of systemd. */
export interface SystemdPlan {
  /** Longest time between two watchdog pings, ms; undefined without a watchdog. */
  readonly watchdogMs: number | undefined;
  /** Longest time that stopping takes, ms. */
  readonly stopMs: number;
}

/** Longest time between two status lines, ms. */
const STATUS_INTERVAL_MS = 15_000;

/** Time for stopping beside the drain (closing the log, exiting), ms. */
const STOP_MARGIN_MS = 10_000;

/** For a process without a service manager: does nothing. */
export const NO_SERVICE_MANAGER: ServiceManager = {
  ready() {},
  reloading() {},
  async stopping() {},
};

/**
 * Reads the requirements of systemd (sd_notify(3), sd_watchdog_enabled(3)). Undefined if systemd
 * doesn't run process `pid` as a notifying service.
 */
export function systemdPlan(
  variables: Readonly<Record<string, string | undefined>>,
  pid: number,
  drainTimeoutMs: number,
): SystemdPlan | undefined {
  if (!variables['NOTIFY_SOCKET']) return undefined;
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: forPid = String(pid) } = variables;
  const watchdogMs = Number(microseconds) / 1000;
  const watched = forPid === String(pid) && watchdogMs > 0;
  return {
    watchdogMs: watched ? watchdogMs : undefined,
    stopMs: drainTimeoutMs + STOP_MARGIN_MS,
  };
}

/**
 * Sends systemd READY, STOPPING, RELOADING, a status line and watchdog pings. A ping is sent only
 * if ticks are on time and the log answers, so that systemd restarts a server that hangs or fails.
 */
export class Systemd implements ServiceManager {
  readonly #service: Service;
  readonly #notifier: Notifier;
  readonly #plan: SystemdPlan;
  readonly #onFault: (fault: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** A message is being sent: the next one waits for the next interval. */
  #sending = false;

  /** @param onFault called with the fault whenever a watchdog ping is withheld */
  constructor(
    service: Service,
    notifier: Notifier,
    plan: SystemdPlan,
    onFault: (fault: string) => void,
  ) {
    this.#service = service;
    this.#notifier = notifier;
    this.#plan = plan;
    this.#onFault = onFault;
  }

  ready(): void {
    if (this.#stopped) return;
    void this.#notifier.send('READY=1', this.#status());
    // Half of the limit, as sd_watchdog_enabled(3) recommends.
    const everyMs = Math.min((this.#plan.watchdogMs ?? Infinity) / 2, STATUS_INTERVAL_MS);
    this.#timer ??= setInterval(() => void this.#update(), everyMs);
  }

  reloading(): void {
    if (this.#stopped) return;
    void this.#notifier.send('RELOADING=1');
  }

  async stopping(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped = true;
    const { stopMs } = this.#plan;
    await this.#notifier.send(
      'STOPPING=1',
      `STATUS=stopping, ${clients(this.#service.online)} connected`,
      `EXTEND_TIMEOUT_USEC=${stopMs * 1000}`,
    );
  }

  async #update(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    await this.#ping(); // never rejects
    this.#sending = false;
  }

  async #ping(): Promise<void> {
    if (this.#plan.watchdogMs === undefined) return this.#notifier.send(this.#status());
    const fault = await this.#service.health.fault();
    if (this.#stopped) return undefined;
    if (fault === undefined) return this.#notifier.send('WATCHDOG=1', this.#status());
    this.#onFault(fault);
    return this.#notifier.send(`STATUS=${fault}`);
  }

  #status(): Assignment {
    return `STATUS=${clients(this.#service.online)}, tick ${this.#service.tick}`;
  }
}

function clients(count: number): string {
  return count === 1 ? '1 client' : `${count} clients`;
}
