import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A small file system of its own; root only. */
export interface Tmpfs {
  readonly path: string;
  makeReadOnly(): void;
  resize(size: string): void;
  unmount(): void;
}

/** Throws if it can't be mounted. `size` as mount takes it: `2m`. */
export function mountTmpfs(size: string): Tmpfs {
  const path = mkdtempSync(join(tmpdir(), 'tickchat-tmpfs-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  const remount = (option: string) => execFileSync('mount', ['-o', `remount,${option}`, path]);
  return {
    path,
    makeReadOnly: () => void remount('ro'),
    resize: (newSize) => void remount(`size=${newSize}`),
    unmount: () => {
      execFileSync('umount', [path]);
      rmdirSync(path);
    },
  };
}
