import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Systemd, systemdPlan } from '../../src/server/ops/systemd/service-manager.js';

describe('requirements of systemd', () => {
  const socket = { NOTIFY_SOCKET: '/run/notify' };

  it.each([
    ['nothing without a socket', {}, undefined],
    ['the status with one', socket, { watchdogMs: undefined, stopMs: 15_000 }],
    [
      'a keep-alive',
      { ...socket, WATCHDOG_USEC: '30000000', WATCHDOG_PID: '7' },
      { watchdogMs: 30_000, stopMs: 15_000 },
    ],
    [
      'a keep-alive for any process',
      { ...socket, WATCHDOG_USEC: '30000000' },
      { watchdogMs: 30_000, stopMs: 15_000 },
    ],
    [
      'none of another process',
      { ...socket, WATCHDOG_USEC: '30000000', WATCHDOG_PID: '8' },
      { watchdogMs: undefined, stopMs: 15_000 },
    ],
    [
      'none for nonsense',
      { ...socket, WATCHDOG_USEC: 'soon' },
      { watchdogMs: undefined, stopMs: 15_000 },
    ],
  ])('is %s', (_, variables, plan) => {
    expect(systemdPlan(variables, 7, 5000)).toEqual(plan);
  });
});

describe('Systemd', () => {
  let sent: string[][] = [];
  let faults: string[] = [];
  let fault: string | undefined;
  let answer: () => Promise<string | undefined>;

  const service = { online: 1, tick: 5, health: { fault: () => answer() } };
  const notifier = {
    async send(...message: string[]) {
      sent.push(message);
    },
  };

  function systemd(watchdogMs: number | undefined): Systemd {
    const plan = { watchdogMs, stopMs: 20_000 };
    return new Systemd(service, notifier, plan, (line) => faults.push(line));
  }

  beforeEach(() => {
    jest.useFakeTimers();
    [sent, faults, fault] = [[], [], undefined];
    answer = async () => fault;
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('sends READY, RELOADING and STOPPING, with a status', async () => {
    const manager = systemd(undefined);
    manager.ready();
    manager.reloading();
    manager.ready();
    await manager.stopping();
    expect(sent).toEqual([
      ['READY=1', 'STATUS=1 client, tick 5'],
      ['RELOADING=1'],
      ['READY=1', 'STATUS=1 client, tick 5'],
      ['STOPPING=1', 'STATUS=stopping, 1 client connected', 'EXTEND_TIMEOUT_USEC=20000000'],
    ]);
  });

  it('sends a watchdog ping at half of the limit', async () => {
    const manager = systemd(8000);
    manager.ready();
    await jest.advanceTimersByTimeAsync(8000);
    const sign = ['WATCHDOG=1', 'STATUS=1 client, tick 5'];
    expect(sent.slice(1)).toEqual([sign, sign]);
    expect(faults).toEqual([]);
    await manager.stopping();
  });

  it('updates the status where there is no watchdog', async () => {
    const manager = systemd(undefined);
    manager.ready();
    await jest.advanceTimersByTimeAsync(15_000);
    expect(sent.slice(1)).toEqual([['STATUS=1 client, tick 5']]);
    await manager.stopping();
  });

  it('withholds the watchdog ping while there is a fault, and reports it', async () => {
    const manager = systemd(8000);
    manager.ready();
    fault = 'tick 9 is late: the newest is 5';
    await jest.advanceTimersByTimeAsync(4000);
    expect(sent.slice(1)).toEqual([[`STATUS=${fault}`]]);
    expect(faults).toEqual([fault]);
    fault = undefined;
    await jest.advanceTimersByTimeAsync(4000);
    expect(sent.at(-1)?.[0]).toBe('WATCHDOG=1');
    await manager.stopping();
  });

  it('checks health again only after the last check has ended', async () => {
    let asked = 0;
    answer = () => {
      asked += 1;
      return new Promise(() => {});
    };
    const manager = systemd(8000);
    manager.ready();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(1);
    await manager.stopping();
  });

  it('sends neither RELOADING nor READY after STOPPING', async () => {
    const manager = systemd(undefined);
    manager.ready();
    await manager.stopping();
    manager.reloading();
    manager.ready();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent.map(([first]) => first)).toEqual(['READY=1', 'STOPPING=1']);
  });

  it('sends nothing after STOPPING, even if a check of health ends then', async () => {
    const manager = systemd(8000);
    let found: (fault: undefined) => void = () => {};
    answer = () => new Promise((resolve) => (found = resolve));
    manager.ready();
    await jest.advanceTimersByTimeAsync(4000);
    await manager.stopping();
    found(undefined);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(sent.at(-1)?.[0]).toBe('STOPPING=1');
  });
});
