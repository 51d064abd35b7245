import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './root.js';

/** Commands whose output a test sends somewhere else; the last one takes the file of a secret. */
export const COMMANDS = [['check'], ['unit'], ['--help'], ['token', '--secret-file']] as const;

/** Runs `tickchat` with a standard output that nobody reads, or with this descriptor. */
export async function runWithOutputTo(
  args: readonly string[],
  secretFile: string,
  output: 'nobody' | number,
): Promise<{ readonly code: number | null; readonly stderr: string }> {
  const all = args[0] === 'token' ? [...args, secretFile] : args;
  const child = spawn(process.execPath, [join(ROOT, 'bin/tickchat.js'), ...all], {
    cwd: tmpdir(),
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', output === 'nobody' ? 'pipe' : output, 'pipe'],
  });
  child.stdout?.destroy();
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  // The directory of this checkout may cause a warning.
  return { code: child.exitCode, stderr: stderr.replaceAll(/^tickchat: warning: .*\n/gm, '') };
}
