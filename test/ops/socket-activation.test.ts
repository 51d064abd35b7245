import { describe, expect, it } from '@jest/globals';
import { takeListenSocket } from '../../src/server/ops/systemd/socket-activation.js';

describe('a socket passed by systemd', () => {
  it.each([
    ['nothing was passed', {}, { ok: true, fd: undefined }],
    ['one was', { LISTEN_PID: '7', LISTEN_FDS: '1' }, { ok: true, fd: 3 }],
    ['it was for the parent', { LISTEN_PID: '6', LISTEN_FDS: '1' }, { ok: true, fd: undefined }],
    ['none was', { LISTEN_PID: '7', LISTEN_FDS: '0' }, { ok: true, fd: undefined }],
    ['nobody is named', { LISTEN_FDS: '1' }, { ok: true, fd: undefined }],
    ['no number is given', { LISTEN_PID: '7' }, { ok: true, fd: undefined }],
  ] as const)('when %s', (_, variables, passed) => {
    expect(takeListenSocket({ ...variables }, 7)).toEqual(passed);
  });

  it.each(['2', '-1', 'many', ''])('is refused when LISTEN_FDS is %j', (count) => {
    expect(takeListenSocket({ LISTEN_PID: '7', LISTEN_FDS: count }, 7)).toEqual({
      ok: false,
      error: `LISTEN_FDS=${count}: takes 1, a socket unit with one ListenStream=`,
    });
  });

  it('is hidden from child processes', () => {
    const variables = { LISTEN_PID: '7', LISTEN_FDS: '1', LISTEN_FDNAMES: 'web', HOME: '/' };
    takeListenSocket(variables, 7);
    expect(variables).toEqual({ HOME: '/' });
  });
});
