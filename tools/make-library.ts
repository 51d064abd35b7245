import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minify } from 'terser';

const ENTRY = 'public/js/client/index.js';
const LIBRARY = 'public/client.js';

/** What the compiler makes of an import: names as they are, on one line. */
const IMPORT = /^import \{(?:(?! as )[^}])*\} from '([^']+)';\n/gm;
/** `export { name } from './module.js'`, which adds a name to those of the library. */
const PASSED_ON = /^export \{ ([\w, ]+) \} from '([^']+)';\n/gm;
const EXPORTED = /^export (?=(?:async function|function|class|const) (\w+))/gm;
const DECLARED = /^(?:async function|function|class|const|let) (\w+)/gm;

/**
 * Part of `npm run build`: puts the modules of the client library into one file, which is one
 * request for whoever imports it, and makes it small. That takes no bundler, as the modules import
 * one another by name alone and no two of them declare the same name; it fails where that isn't so.
 */
async function makeLibrary(): Promise<void> {
  const modules = new Map<string, string>();
  await collect(ENTRY, modules);
  const index = await readFile(ENTRY, 'utf8');
  const passedOn = [...index.matchAll(PASSED_ON)].flatMap(([, names = '']) => names.split(', '));
  const own = [...index.matchAll(EXPORTED)].map(([, name = '']) => name);
  const joined = [...modules.values()].join('');
  refuseWhatIsNotJoined(joined);
  const names = [...own, ...passedOn].join(', ');
  const { code = '' } = await minify(`${joined}export { ${names} };\n`, { module: true });
  await writeFile(LIBRARY, code);
}

/** Adds the module at `path` to `modules`, after those that it imports, without import and export. */
async function collect(path: string, modules: Map<string, string>): Promise<void> {
  if (modules.has(path)) return;
  modules.set(path, ''); // a place, for modules that import one another
  const text = await readFile(path, 'utf8');
  const imported = [...text.matchAll(IMPORT)].map(([, specifier = '']) => specifier);
  const passedOn = [...text.matchAll(PASSED_ON)].map(([, , specifier = '']) => specifier);
  for (const specifier of [...imported, ...passedOn]) {
    await collect(join(path, '..', specifier), modules);
  }
  modules.delete(path);
  modules.set(path, text.replace(IMPORT, '').replace(PASSED_ON, '').replace(EXPORTED, ''));
}

function refuseWhatIsNotJoined(joined: string): void {
  const left = /^(?:import|export) .*/m.exec(joined)?.[0];
  if (left !== undefined) throw new Error(`can't be joined: ${left}`);
  const names = [...joined.matchAll(DECLARED)].map(([, name]) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw new Error(`two modules of the library declare ${twice}`);
}

await makeLibrary();
