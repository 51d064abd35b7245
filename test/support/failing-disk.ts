import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.js';

/** A disk with faults, for one server. */
export interface FailingDisk {
  /** Environment variables of that server. */
  readonly variables: Readonly<Record<string, string>>;
  /** Positioned writes fail with EIO from now on. */
  fail(): void;
  /** Syncs hang from now on. */
  hang(): void;
  /** Ends the fault. */
  recover(): void;
}

/** Compiles failing-disk.c into `directory`. */
export function failingDisk(directory: string): FailingDisk {
  const library = join(directory, 'failing-disk.so');
  const source = join(ROOT, 'test/support/failing-disk.c');
  execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl']);
  const [failing, hanging] = [join(directory, 'failing'), join(directory, 'hanging')];
  return {
    variables: { LD_PRELOAD: library, FAILING_DISK: failing, HANGING_DISK: hanging },
    fail: () => writeFileSync(failing, ''),
    hang: () => writeFileSync(hanging, ''),
    recover: () => {
      for (const file of [failing, hanging]) rmSync(file, { force: true });
    },
  };
}
