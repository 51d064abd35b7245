import { posix } from 'node:path';

/** TypeScript files by their path from the package root: `src/page/main.ts` → its text. */
export type Sources = ReadonlyMap<string, string>;

/** The allowed imports between the parts of src. A part may always import from itself. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  cli: ['server', 'client'],
  server: ['protocol', 'clock'],
  page: ['client'],
  client: ['protocol', 'clock'],
  protocol: [],
  clock: [],
};

/**
 * The folders of src/server, top to bottom: a folder imports those below it, never one above.
 * Files directly in src/server are the wiring: they import all folders, and no folder imports them.
 */
export const SERVER_LAYERS = [
  'wiring',
  'api',
  'chat',
  'connection',
  'auth',
  'http',
  'ticks',
  'ops',
  'log',
  'config',
] as const;

/**
 * Parts that run in Node and may import its modules and packages. The rest a browser loads as is.
 */
const NODE_PARTS = new Set(['cli', 'server']);

/** A comment (to be dropped), or a string (to be kept: it may hold what looks like a comment). */
const COMMENT_OR_STRING =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)/g;

/** `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`. */
const IMPORT =
  /\b(?:import|export)\s[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

/** An import whose target is computed, so that nobody can say where it leads. */
const COMPUTED_IMPORT = /\bimport\s*\(\s*(?!['"])|\brequire\s*\(|\bcreateRequire\b/;

/** What a file imports, as written. */
export function specifiersIn(text: string): string[] {
  return [...withoutComments(text).matchAll(IMPORT)].map(([, from, bare]) => from ?? bare ?? '');
}

/** Every import that breaks a rule, one line each. */
export function faultsIn(sources: Sources): string[] {
  const faults: string[] = [];
  for (const [path, text] of sources) {
    if (ARROWS[partOf(path)] === undefined) faults.push(`${path}: belongs to no part of the house`);
    if (COMPUTED_IMPORT.test(withoutComments(text))) faults.push(`${path}: computed import`);
    for (const specifier of specifiersIn(text)) {
      const fault = faultOf(path, specifier, sources);
      if (fault !== undefined) faults.push(`${path}: ${fault}`);
    }
  }
  return [...faults, ...cyclesIn(sources).map((cycle) => `cycle: ${cycle.join(' → ')}`)];
}

function faultOf(path: string, specifier: string, sources: Sources): string | undefined {
  const from = partOf(path);
  if (!specifier.startsWith('.')) {
    return NODE_PARTS.has(from) ? undefined : `${from} may not import ${specifier}`;
  }
  const target = targetOf(path, specifier);
  if (!sources.has(target)) return `${specifier} is not a file under src`;
  const to = partOf(target);
  if (from === 'server' && to === 'server') return upwardImport(path, target, specifier);
  if (from === to || ARROWS[from]?.includes(to) === true) return undefined;
  return `${from} → ${to} (${specifier})`;
}

/** An import within src/server that goes up, or to a folder that has no layer. */
function upwardImport(path: string, target: string, specifier: string): string | undefined {
  const [from, to] = [layerOf(path), layerOf(target)];
  const [above, below] = [from, to].map((layer) => LAYERS.indexOf(layer));
  if (above === undefined || below === undefined || above === -1 || below === -1) {
    return `server/${above === -1 ? from : to} has no layer`;
  }
  return above <= below ? undefined : `server/${from} → server/${to} (${specifier})`;
}

const LAYERS: readonly string[] = SERVER_LAYERS;

/** `chat` for `src/server/chat/hub.ts`, `wiring` for `src/server/server.ts`. */
function layerOf(path: string): string {
  const [, , folder = '', file] = path.split('/');
  return file === undefined ? 'wiring' : folder;
}

/** The source that `specifier` means in the file at `path`. */
function targetOf(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts');
}

/** `server` for `src/server/hub.ts`. */
function partOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_STRING, (_, string: string | undefined) => string ?? ' ');
}

/** Import cycles, type imports included: each as the files on the way round, found depth first. */
function cyclesIn(sources: Sources): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start !== -1) cycles.push([...way.slice(start), path]);
    if (start !== -1 || done.has(path)) return;
    for (const specifier of specifiersIn(sources.get(path) ?? '')) {
      if (specifier.startsWith('.')) visit(targetOf(path, specifier), [...way, path]);
    }
    done.add(path);
  };
  for (const path of sources.keys()) visit(path, []);
  return cycles;
}
