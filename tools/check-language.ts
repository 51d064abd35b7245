import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { faultsIn, RULES, type RuleName } from './language-rules.js';

/**
 * `node dist/tools/check-language.js [--summary]`: checks comments, Markdown and names against the
 * rules of language-rules and the table of language-words. Prints each fault as `file:line`, unless
 * `--summary` is given, then a count per rule and per word. Exit status 1 if there is a fault.
 */
const SOURCES = /^(?:src|test|tools|bench|bin)\/.*\.(?:ts|js|c)$|\.md$/;

const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard']);
const paths = listed.toString().split('\0');
const checked = paths.filter((path) => SOURCES.test(path) && existsSync(path));
const faults = checked.flatMap((path) => faultsIn(path, readFileSync(path, 'utf8')));

if (!process.argv.includes('--summary')) {
  for (const { path, line, rule, message } of faults) {
    console.log(`${path}:${line}: ${message} (${rule})`);
  }
}
console.log(`${checked.length} files checked`);
for (const [rule, meaning] of Object.entries(RULES)) {
  const count = faults.filter((fault) => fault.rule === (rule as RuleName)).length;
  console.log(`${String(count).padStart(6)}  ${rule}: ${meaning}`);
}
const words = new Map<string, number>();
for (const { rule, message } of faults) {
  if (rule === 'old-word') words.set(message, (words.get(message) ?? 0) + 1);
}
const mostFirst = [...words].toSorted(([, a], [, b]) => b - a);
for (const [word, count] of mostFirst) console.log(`${String(count).padStart(6)}  ${word}`);
process.exitCode = faults.length === 0 ? 0 : 1;
