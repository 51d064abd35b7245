import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system of its own; root only. */
export interface Tmpfs {
  readonly path: string;
  makeReadOnly(): void;
  unmount(): void;
}

/** Throws if it can't be mounted. `size` as mount takes it: `2m`. */
export function mountTmpfs(size: string): Tmpfs {
  const path = mkdtempSync(join(tmpdir(), 'tickchat-tmpfs-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  return {
    path,
    makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', path]),
    unmount: () => {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
