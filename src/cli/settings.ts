import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { Option as Flag, type Command } from 'commander';
import {
  SERVE_OPTIONS,
  type Config,
  type Option,
  type OptionName,
} from '../server/config/options.js';
import {
  flagSource,
  resolveConfig,
  systemdSource,
  unknownVariables,
  variableSource,
  type Source,
} from '../server/config/resolve.js';
import { UsageError } from './errors.js';

/** Settings in the working directory, weaker than flags and the environment. */
const ENV_FILE = '.env';

/** The flags of `serve`, as commander hands them over. */
export type Flags = Readonly<Partial<Record<OptionName, string | readonly string[]>>>;

/** What a person asked for, and from where each of it came. */
export interface Settings {
  readonly config: Config;
  /** The strongest first. */
  readonly sources: readonly Source[];
  /** Variables that look like settings and are none. */
  readonly unknown: readonly string[];
}

/** Gives a command the options of `serve`. */
export function addServeOptions(command: Command): Command {
  for (const row of Object.values<Option<unknown>>(SERVE_OPTIONS)) {
    command.addOption(new Flag(row.flags, `${row.help} (default: ${row.default ?? row.unset})`));
  }
  return command.addHelpText(
    'after',
    '\nAll can be set in the environment or in .env too: --tick is TICKCHAT_TICK.',
  );
}

/**
 * Puts together flags, environment, `.env` and what systemd says, and checks it all.
 *
 * @throws {UsageError} in one line, for the first thing that doesn't hold
 */
export function readSettings(flags: Flags): Settings {
  const fileVariables = readEnvFile();
  const texts = Object.entries(flags).map(([name, value]) => [name, [value].flat().join(' ')]);
  const sources = [
    flagSource(Object.fromEntries(texts)),
    variableSource(process.env),
    variableSource(fileVariables, ENV_FILE),
    systemdSource(process.env),
  ];
  const resolved = resolveConfig(sources);
  if (!resolved.ok) throw new UsageError(resolved.error);
  const unknown = unknownVariables({ ...fileVariables, ...process.env });
  return { config: resolved.config, sources, unknown };
}

function readEnvFile(): Record<string, string> {
  try {
    const text = readFileSync(ENV_FILE, 'utf8').replace(/^\uFEFF/, ''); // Windows writes a mark
    return parseEnv(text) as Record<string, string>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return {}; // some keep a virtual environment there
    throw new UsageError(
      `${ENV_FILE}: can't be read (${code}); takes lines such as TICKCHAT_TICK=1s`,
    );
  }
}
