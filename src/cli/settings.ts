import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { isBlockedPort } from '../server/config/blocked-ports.js';
import type { Config, OptionName } from '../server/config/options.js';
import {
  flagSource,
  resolveConfig,
  systemdSource,
  unknownVariables,
  variableSource,
  type Source,
} from '../server/config/resolve.js';
import { decodeText } from '../server/config/text-file.js';
import { UsageError } from './errors.js';

/** File of settings in the working directory. Flags and the environment override it. */
const ENV_FILE = '.env';

const ENV_RULE = 'takes lines such as TICKCHAT_TICK=1s';

/** The flags of `serve`, as commander parsed them. */
export type Flags = Readonly<Partial<Record<OptionName, string | readonly string[]>>>;

/** The configuration, and the sources of its values. */
export interface Settings {
  readonly config: Config;
  /** In order of precedence. */
  readonly sources: readonly Source[];
  /** Lines about variables that name no setting, and a file without any. */
  readonly warnings: readonly string[];
}

/**
 * Merges flags, environment, `.env` and systemd's variables, and checks the result.
 *
 * @throws {UsageError} for the first invalid value, in one line
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
  const warnings = [
    ...unknown.map((name) => `${name} is not a setting of tickchat`),
    ...withoutSettings(fileVariables),
    ...blockedPort(resolved.config),
  ];
  return { config: resolved.config, sources, warnings };
}

/**
 * The variables in `.env`; none if there is no such file.
 *
 * @throws {UsageError} if the file can't be read
 */
export function readEnvFile(): Record<string, string> {
  let bytes: Buffer;
  try {
    bytes = readFileSync(ENV_FILE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return {}; // a Python virtual environment
    throw new UsageError(`${ENV_FILE}: can't be read (${code}); ${ENV_RULE}`, { cause: error });
  }
  const decoded = decodeText(bytes);
  if (!decoded.ok) throw new UsageError(`${ENV_FILE}: ${decoded.why}; ${ENV_RULE}`);
  return parseEnv(decoded.text) as Record<string, string>;
}

/** A warning if no browser opens the port. A proxy may. */
function blockedPort({ port }: Config): string[] {
  return isBlockedPort(port) ? [`--port ${port}: browsers open no page at this port`] : [];
}

/** A warning if `.env` sets something, but nothing of tickchat. */
function withoutSettings(fileVariables: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(fileVariables);
  if (names.length === 0 || names.some((name) => name.startsWith('TICKCHAT_'))) return [];
  return [`${ENV_FILE} has no setting of tickchat; it ${ENV_RULE}`];
}
