/** The first descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

/** The variables of the protocol: they are for this process alone, not for its children. */
const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'];

/** The descriptor of the socket that was passed, if one was; or one line that says what is wrong. */
export type Passed =
  | { readonly ok: true; readonly fd: number | undefined }
  | { readonly ok: false; readonly error: string };

/**
 * Takes the listening socket that systemd passed to process `pid`, as sd_listen_fds(3) does, and
 * removes the variables that told of it. Variables meant for another process count as none.
 */
export function takeListenSocket(
  variables: Record<string, string | undefined>,
  pid: number,
): Passed {
  const { LISTEN_PID: forPid, LISTEN_FDS: count } = variables;
  for (const name of VARIABLES) delete variables[name];
  // 0 says the same as no variable at all.
  if (forPid === undefined || count === undefined || count === '0' || Number(forPid) !== pid) {
    return { ok: true, fd: undefined };
  }
  if (count === '1') return { ok: true, fd: FIRST_DESCRIPTOR };
  return {
    ok: false,
    error: `LISTEN_FDS=${count}: takes 1, a socket unit with one ListenStream=`,
  };
}
