import { build } from 'esbuild';
import { rename, rm } from 'node:fs/promises';

/** Directory that bin/tickchat.js loads from. It is replaced as a whole. */
const TARGET = 'dist/cli';

/**
 * Part of `npm run build`: bundles the command line and the server into {@link TARGET}. A hundred
 * small modules take Node a quarter of the time to start. What is imported on demand stays a file
 * of its own, as do workers and child processes, side by side so that they find each other.
 */
async function bundleCli(): Promise<void> {
  const target = `${TARGET}.new`;
  await rm(target, { recursive: true, force: true });
  await build({
    entryPoints: [
      'src/cli/main.ts',
      'src/cli/bench/plain-worker.ts',
      'src/cli/bench/clock/clock-worker.ts',
      'src/server/log/lmdb/process-entry.ts',
    ],
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.20',
    sourcemap: true,
    sourcesContent: false,
    outdir: target,
    logLevel: 'warning',
  });
  await rm(TARGET, { recursive: true, force: true });
  await rename(target, TARGET);
}

await bundleCli();
