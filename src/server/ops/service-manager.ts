import type { Assignment, Notifier } from './systemd-notify.js';

/** What a service manager is told about. */
export interface Service {
  readonly online: number;
  readonly tick: number;
  readonly health: { fault(): Promise<string | undefined> };
}

/** Tells whoever runs the service how it stands. */
export interface ServiceManager {
  /** Connections are taken; what was read again is in use. */
  ready(): void;
  /** Something is read again. */
  reloading(): void;
  /** The server stops: no word after that. Resolves when it is told; never rejects. */
  stopping(): Promise<void>;
}

/** What systemd wants to know and how often. */
export interface SystemdPlan {
  /** A sign of life at least so often, ms; undefined if it wants none. */
  readonly watchdogMs: number | undefined;
  /** How long stopping may take, ms. */
  readonly stopMs: number;
}

/** The status line is brought up to date so often, ms, if no sign of life comes earlier. */
const STATUS_EVERY_MS = 15_000;

/** For what stopping does beside waiting for clients: closing the log, exiting; ms. */
const STOP_MARGIN_MS = 10_000;

/** Where nobody asked to be told. */
export const NOBODY: ServiceManager = { ready() {}, reloading() {}, async stopping() {} };

/**
 * systemd's wishes (sd_notify(3), sd_watchdog_enabled(3)): undefined if process `pid` isn't run by
 * it as a service that notifies.
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
 * Tells systemd: READY, STOPPING, RELOADING; a status line; and the sign of life, which is sent only
 * if the ticks are on time and the log answers. A server that hangs is so restarted, one that runs
 * but doesn't do its work too.
 */
export class Systemd implements ServiceManager {
  readonly #service: Service;
  readonly #notifier: Notifier;
  readonly #plan: SystemdPlan;
  readonly #onFault: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  /** systemd, or the log, takes its time: what is said then is enough for now. */
  #telling = false;

  /** @param onFault gets one line whenever a sign of life is held back */
  constructor(
    service: Service,
    notifier: Notifier,
    plan: SystemdPlan,
    onFault: (line: string) => void,
  ) {
    this.#service = service;
    this.#notifier = notifier;
    this.#plan = plan;
    this.#onFault = onFault;
  }

  ready(): void {
    if (this.#stopped) return;
    void this.#notifier.send('READY=1', this.#status());
    // Half of what is allowed, as sd_watchdog_enabled(3) recommends.
    const everyMs = Math.min((this.#plan.watchdogMs ?? Infinity) / 2, STATUS_EVERY_MS);
    this.#timer ??= setInterval(() => void this.#tell(), everyMs);
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

  async #tell(): Promise<void> {
    if (this.#telling) return;
    this.#telling = true;
    await this.#signOfLife();
    this.#telling = false;
  }

  async #signOfLife(): Promise<void> {
    if (this.#plan.watchdogMs === undefined) return this.#notifier.send(this.#status());
    const fault = await this.#service.health.fault();
    if (this.#stopped) return undefined;
    if (fault === undefined) return this.#notifier.send('WATCHDOG=1', this.#status());
    this.#onFault(`no sign of life for systemd: ${fault}`);
    return this.#notifier.send(`STATUS=${fault}`);
  }

  #status(): Assignment {
    return `STATUS=${clients(this.#service.online)}, tick ${this.#service.tick}`;
  }
}

function clients(count: number): string {
  return count === 1 ? '1 client' : `${count} clients`;
}
