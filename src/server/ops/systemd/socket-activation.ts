/** The first descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

/** Variables of the protocol; child processes must not inherit them. */
const VARIABLES = ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'];

/** The descriptor of the passed socket, if there is one; or one line that names the problem. */
export type Passed =
  | { readonly ok: true; readonly fd: number | undefined }
  | { readonly ok: false; readonly error: string };

/**
 * Takes the listening socket that systemd passed to process `pid`, as sd_listen_fds(3) does, and
 * removes the variables of the protocol. Variables for another process are ignored.
 */
export function takeListenSocket(
  variables: Record<string, string | undefined>,
  pid: number,
): Passed {
  const { LISTEN_PID: forPid, LISTEN_FDS: count } = variables;
  for (const name of VARIABLES) delete variables[name];
  // 0 means the same as no variable.
  if (forPid === undefined || count === undefined || count === '0' || Number(forPid) !== pid) {
    return { ok: true, fd: undefined };
  }
  if (count === '1') return { ok: true, fd: FIRST_DESCRIPTOR };
  return {
    ok: false,
    error: `LISTEN_FDS=${count}: takes 1, a socket unit with one ListenStream=`,
  };
}
