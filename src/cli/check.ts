import { Command } from 'commander';
import { checkFiles } from '../server/config/check-files.js';
import { flagOf, SERVE_OPTIONS, type Option, type OptionName } from '../server/config/options.js';
import type { Source } from '../server/config/resolve.js';
import { UsageError } from './errors.js';
import { addServeOptions, readSettings, type Flags } from './settings.js';

/** `tickchat check`. */
export function checkCommand(): Command {
  return addServeOptions(
    new Command('check')
      .description('Check what serve would be run with, and print it; opens no port.')
      .allowExcessArguments(false)
      .action(check),
  );
}

async function check(flags: Flags): Promise<void> {
  const { config, sources, unknown } = readSettings(flags);
  process.stdout.write(effectiveOptions(sources));
  const { errors, warnings } = await checkFiles(config, Date.now());
  const unknownOnes = unknown.map((name) => `${name} is not a setting of tickchat`);
  for (const line of [...warnings, ...unknownOnes]) {
    process.stderr.write(`tickchat: warning: ${line}\n`);
  }
  if (errors.length > 0) throw new UsageError(errors.join('\ntickchat: '));
}

/**
 * One option a line: flag, where its value came from, and the value as a person would write it: last,
 * as it may be of any length. A secret is in a file of its own, of which this prints the name and
 * never what is in it.
 */
function effectiveOptions(sources: readonly Source[]): string {
  const rows = Object.entries<Option<unknown>>(SERVE_OPTIONS).map(([key, row]) => {
    const name = key as OptionName; // the table's own keys
    const source = sources.find((candidate) => candidate.textOf(name) !== undefined);
    const value = source?.textOf(name) ?? row.default ?? `(${row.unset})`;
    return [flagOf(name), source?.nameOf(name) ?? 'default', withoutPassword(value)] as const;
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** An address may hold a password (RFC 3986 §3.2.1), which has no place on a screen or in a log. */
function withoutPassword(value: string): string {
  return value.replaceAll(/(:\/\/[^/\s:@]*):[^/\s@]*@/g, '$1:***@');
}
