import { describe, expect, it } from '@jest/globals';
import {
  directoryFor,
  environmentFrom,
} from '../../../../src/server/log/lmdb/child-environment.js';

describe('the environment of the log process', () => {
  it('has the variables of the server, except for those of systemd', () => {
    const systemd = { NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '1', WATCHDOG_PID: '2' };
    expect(environmentFrom({ PATH: '/bin', ...systemd })).toEqual({
      PATH: '/bin',
      NODE_NO_WARNINGS: '1',
    });
  });

  it.each([
    ['--inspect', ''],
    ['--inspect=0.0.0.0:9229 --require ./a.cjs', '--require ./a.cjs'],
    ['--inspect-brk --inspect-port 9230 --import=x', '--import=x'],
    ['--debug-port=1 --require "a  b.cjs"', '--require "a  b.cjs"'],
    ['--max-old-space-size=100', '--max-old-space-size=100'],
  ])('has no inspector: NODE_OPTIONS=%s', (given, expected) => {
    expect(environmentFrom({ NODE_OPTIONS: given })['NODE_OPTIONS']).toBe(expected);
  });

  it('has a working directory that stays, if the data directory does not depend on it', () => {
    expect(directoryFor('/var/lib/tickchat')).toBe('/');
    expect(directoryFor('data')).toBeUndefined();
  });
});
