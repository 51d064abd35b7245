import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startDaemon } from '../support/daemon.js';
import { ROOT } from '../support/root.js';

/**
 * `import … from './x.js'` and `import './x.js'` in compiled modules, which have no type imports.
 */
const STATIC_IMPORT = /^(?:import|export)\b[^;]*?from '(\.[^']+)';|^import '(\.[^']+)';/gm;

/** All modules that loading `entry` loads, as paths under dist/src. */
function loadedWith(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const text = readFileSync(join(ROOT, 'dist/src', entry), 'utf8');
  for (const [, from, bare] of text.matchAll(STATIC_IMPORT)) {
    loadedWith(posix.join(posix.dirname(entry), from ?? bare ?? ''), seen);
  }
  return seen;
}

/** The parts of the command line that `serve` does not use. */
const NOT_FOR_SERVE = /^(client\/|cli\/(bench|connect|send|token|check|unit)[/.])/;

/** The sources of a file of the bundle, as paths under src. */
function sourcesOf(bundled: string): string[] {
  const text = readFileSync(join(ROOT, 'dist/cli', `${bundled}.map`), 'utf8');
  const { sources } = JSON.parse(text) as { readonly sources: readonly string[] };
  return sources.map((source) => source.replace(/^.*\bsrc\//, ''));
}

/** A module that logs which files of the bundle Node loads. */
const LOG_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { writeSync } from 'node:fs';
    export async function load(url, context, next) {
      const path = url.split('/dist/cli/')[1];
      if (path !== undefined) writeSync(2, 'loaded ' + path + '\\\\n');
      return next(url, context);
    }
  \`));
`)}`;

describe('the start of the command line', () => {
  it('loads no implementation of a command', () => {
    const loaded = [...loadedWith('cli/main.js')];
    expect(loaded).toContain('cli/commands/serve.js');
    expect(loaded).toContain('server/config/options.js');
    expect(loaded.filter((path) => NOT_FOR_SERVE.test(path))).toEqual([]);
    expect(loaded).not.toContain('cli/serve.js');
  });

  it('finds what a command loads', () => {
    const loaded = loadedWith('cli/bench.js');
    expect(loaded).toContain('cli/bench/run.js');
    expect([...loaded].some((path) => NOT_FOR_SERVE.test(path))).toBe(true);
  });

  it('loads neither the load generator nor the client for serve', async () => {
    const daemon = await startDaemon([], { NODE_OPTIONS: `--import=${LOG_MODULES}` });
    const { code, stderr } = await daemon.stop();
    const loaded = [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, path = '']) => path);
    expect(code).toBe(0);
    const sources = loaded.flatMap(sourcesOf);
    expect(sources).toContain('server/server.ts');
    expect(sources.filter((path) => NOT_FOR_SERVE.test(path))).toEqual([]);
  });
});
