import { checkFiles } from '../server/check.js';
import { flagOf, SERVE_OPTIONS, type Option, type OptionName } from '../server/config/options.js';
import type { Source } from '../server/config/resolve.js';
import { UsageError } from './errors.js';
import { readSettings, type Flags } from './settings.js';

/** Runs `tickchat check`: prints every option with its source, and what is wrong with the files. */
export async function check(flags: Flags): Promise<void> {
  const { config, sources, warnings: settingsWarnings } = readSettings(flags);
  process.stdout.write(effectiveOptions(sources));
  const { errors, warnings } = await checkFiles(config, Date.now());
  for (const line of [...warnings, ...settingsWarnings]) {
    process.stderr.write(`tickchat: warning: ${line}\n`);
  }
  if (errors.length > 0) throw new UsageError(errors.join('\ntickchat: '));
}

/**
 * One option per line: flag, source and value. The value comes last, because it may be long.
 * Secrets are in files; only the names of the files are printed.
 */
function effectiveOptions(sources: readonly Source[]): string {
  const rows = Object.entries<Option<unknown>>(SERVE_OPTIONS).map(([key, row]) => {
    const name = key as OptionName; // the table's own keys
    const source = sources.find((candidate) => candidate.textOf(name) !== undefined);
    const value = source?.textOf(name) ?? row.default ?? `(${row.whenUnset})`;
    return [flagOf(name), source?.nameOf(name) ?? 'default', withoutPassword(value)] as const;
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** Masks the passwords that URLs among the words of `value` contain (RFC 3986 §3.2.1). */
function withoutPassword(value: string): string {
  return value.split(' ').map(maskedWord).join(' ');
}

function maskedWord(word: string): string {
  const [scheme = '', rest] = word.split('://', 2);
  const [authority = ''] = (rest ?? '').split('/', 1);
  const user = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  if (user === -1 || colon === -1 || colon > user) return word;
  const from = scheme.length + '://'.length;
  return `${word.slice(0, from + colon)}:***${word.slice(from + user)}`;
}
