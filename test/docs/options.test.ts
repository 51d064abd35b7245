import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { serveCommand } from '../../src/cli/commands/serve.js';
import { SERVE_OPTIONS, type OptionName } from '../../src/server/config/options.js';
import { resolveConfig, variableSource } from '../../src/server/config/resolve.js';
import {
  commonOptionsTable,
  envExample,
  helpRows,
  misspelledFlags,
  optionsTable,
  withTable,
} from '../../tools/generated-docs.js';
import { ROOT } from '../support/root.js';

const NAMES = Object.keys(SERVE_OPTIONS) as OptionName[];

function readRoot(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The options of `serve --help`: flags and description, as printed on a wide terminal. */
function helpOptions(): string[][] {
  const help = serveCommand()
    .configureOutput({ getOutHelpWidth: () => 1000 })
    .helpInformation();
  return help
    .split('\n')
    .filter((line) => /^ {2}-/.test(line))
    .map((line) => line.trim().split(/ {2,}/));
}

describe('the option table', () => {
  it('is what .env.example says (after a change: npm run docs)', () => {
    expect(readRoot('.env.example')).toBe(envExample());
  });

  it.each([
    ['README.md', commonOptionsTable()],
    ['docs/CONFIGURATION.md', optionsTable()],
  ])('is what %s says (after a change: npm run docs)', (file, table) => {
    const text = readRoot(file);
    expect(text).toBe(withTable(text, table));
  });

  it('is what tickchat serve --help says', () => {
    const help = helpOptions().filter(([flags]) => flags !== '-h, --help');
    expect(help).toEqual(helpRows());
  });

  it('spells every flag like its option', () => {
    expect(misspelledFlags()).toEqual([]);
  });

  it('has one row for each option in both', () => {
    expect(envExample().match(/^#TICKCHAT_\w+=/gm)).toHaveLength(NAMES.length);
    expect(optionsTable().split('\n')).toHaveLength(NAMES.length + 2);
  });

  it('gives defaults that .env.example, uncommented, really sets', () => {
    const uncommented = envExample().replace(/^#(?=TICKCHAT_)/gm, '');
    const variables = parseEnv(uncommented) as Record<string, string>;
    expect(Object.keys(variables)).toHaveLength(NAMES.length);
    const fromFile = resolveConfig([variableSource(variables)]);
    expect(fromFile).toEqual(resolveConfig([]));
    expect(fromFile.ok).toBe(true);
  });
});

describe('the options part of a Markdown file', () => {
  it('is refused when its marks are missing', () => {
    expect(() => withTable('# Options\n', '')).toThrow('no <!-- options');
  });
});
