import {
  flagOf,
  SERVE_OPTIONS,
  variableOf,
  type Option,
  type OptionName,
} from '../src/server/config/options.js';

/** What stands around the generated part of a Markdown file. */
const BEGIN = '<!-- options: written by `npm run docs` -->';
const END = '<!-- end of options -->';

const ROWS = Object.keys(SERVE_OPTIONS).map((key) => {
  const name = key as OptionName; // the table's own keys
  const row: Option<unknown> = SERVE_OPTIONS[name];
  return { name, variable: variableOf(name), ...row };
});

/** The text of `.env.example`: every option at its default, commented out. */
export function envExample(): string {
  const head = [
    '# Settings of `tickchat serve`, each at its default: copy this file to .env and uncomment.',
    '# A flag beats a variable of the environment, which beats this file.',
    '# Written by `npm run docs` from the option table.',
  ];
  const entries = ROWS.flatMap((row) => [
    '',
    `# ${row.help}${row.unset === undefined ? '' : ` (default: ${row.unset})`}`,
    `# takes ${row.allowed}`,
    `#${row.variable}=${row.default ?? ''}`,
  ]);
  return [...head, ...entries, ''].join('\n');
}

/** The options as a Markdown table. */
export function optionsTable(): string {
  const lines = ROWS.map((row) => {
    const flags = row.flags.replace(/ <.*>$/, '');
    const standard = row.default === undefined ? (row.unset ?? '') : `\`${row.default}\``;
    return `| \`${flags}\` | \`${row.variable}\` | ${standard} | ${row.help} | ${row.allowed} |`;
  });
  return [
    '| flag | variable | default | meaning | takes |',
    '|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/**
 * `markdown` with the options table between its two marks brought up to date.
 *
 * @throws if the marks are missing
 */
export function withOptionsTable(markdown: string): string {
  const [before, rest] = markdown.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`no ${BEGIN} … ${END}`);
  return `${before}${BEGIN}\n${optionsTable()}\n${END}${after}`;
}

/** What `tickchat serve --help` must say of each option: its flags and its description. */
export function helpRows(): ReadonlyArray<readonly [flags: string, description: string]> {
  return ROWS.map((row) => [row.flags, `${row.help} (default: ${row.default ?? row.unset})`]);
}

/** Options whose flags aren't spelled like their name. Empty when the table is sound. */
export function misspelledFlags(): string[] {
  return ROWS.filter(({ name, flags }) => !flags.includes(`${flagOf(name)} `)).map(
    ({ name }) => name,
  );
}
