import { readdirSync, readFileSync } from 'node:fs';
import base from './jest.config.js';

/** Code that starts a server, a process or a thread. */
const STARTS_SOMETHING =
  /\b(?:createServer|WebSocketServer|startServer|runBench|runClockBench|LmdbLog)\b|node:child_process/;

/** Imports from other files of the tests. */
const IMPORT = /^(?:import|export) .*from '(\.[^']+)';$/gm;

const TESTS = new URL('dist/test/', import.meta.url);

/** Whether a file of the tests, or one that it imports, starts something. */
function startsSomething(file, seen = new Set()) {
  if (seen.has(file.href)) return false;
  seen.add(file.href);
  const text = readFileSync(file, 'utf8');
  if (STARTS_SOMETHING.test(text)) return true;
  return [...text.matchAll(IMPORT)]
    .map(([, specifier]) => new URL(specifier, file))
    .filter(({ href }) => href.startsWith(TESTS.href))
    .some((imported) => startsSomething(imported, seen));
}

const unitTests = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('.test.js') && !startsSomething(new URL(path, TESTS)));

/** `npm run test:unit`: the tests of `npm test` that start no server, process or thread. */
export default {
  ...base,
  testMatch: unitTests.map((path) => `<rootDir>/dist/test/${path}`),
};
