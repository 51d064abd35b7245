import { spawnSync } from 'node:child_process';

/** What promtool (Debian's prometheus) says; a machine without it fails here. */
export function promtool(args: readonly string[], input = ''): { status: number; output: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, {
    encoding: 'utf8',
    input,
  });
  if (error) throw error;
  return { status: status ?? -1, output: stdout + stderr };
}
