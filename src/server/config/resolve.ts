import {
  flagOf,
  SERVE_OPTIONS,
  variableOf,
  type Config,
  type Option,
  type OptionName,
} from './options.js';

/** A source of option texts, such as the command line or the environment. */
export interface Source {
  /** Origin of an option's value in error texts: `--port`, `TICKCHAT_PORT in .env`. */
  nameOf(option: OptionName): string;
  /** The text given for an option, if any. */
  textOf(option: OptionName): string | undefined;
}

/** A valid configuration, or one line that names the first problem. */
export type Resolved =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly error: string };

const NAMES = Object.keys(SERVE_OPTIONS) as OptionName[];

/** Flags of the command line, by option. */
export function flagSource(flags: Readonly<Partial<Record<OptionName, string>>>): Source {
  return { nameOf: flagOf, textOf: (option) => flags[option] };
}

/** Variables of the environment, or of `file`. An empty variable counts as missing. */
export function variableSource(
  variables: Readonly<Record<string, string | undefined>>,
  file?: string,
): Source {
  return {
    nameOf: (option) => variableOf(option) + (file === undefined ? '' : ` in ${file}`),
    textOf: (option) => variables[variableOf(option)] || undefined,
  };
}

/** The state directory that systemd made for the service (systemd.exec(5)). */
export function systemdSource(variables: Readonly<Record<string, string | undefined>>): Source {
  const directory = variables['STATE_DIRECTORY']?.split(':')[0] || undefined;
  return {
    nameOf: () => '$STATE_DIRECTORY',
    textOf: (option) => (option === 'dataDir' ? directory : undefined),
  };
}

/** Variables that begin with `TICKCHAT_` and belong to no option, such as misspelt ones. */
export function unknownVariables(
  variables: Readonly<Record<string, string | undefined>>,
): string[] {
  const known = new Set(NAMES.map(variableOf));
  return Object.keys(variables).filter((name) => name.startsWith('TICKCHAT_') && !known.has(name));
}

/** Takes each option from the first source that has it, else its default, and checks all rules. */
export function resolveConfig(sources: readonly Source[]): Resolved {
  const config: Partial<Record<OptionName, unknown>> = {};
  const origins: Partial<Record<OptionName, string>> = {};
  for (const name of NAMES) {
    const row: Option<unknown> = SERVE_OPTIONS[name];
    const source = sources.find((candidate) => candidate.textOf(name) !== undefined);
    const text = source?.textOf(name) ?? row.default;
    if (text === undefined) continue;
    const value = row.parse(text);
    origins[name] = source?.nameOf(name) ?? flagOf(name);
    if (value === undefined) {
      return { ok: false, error: `${origins[name]} ${JSON.stringify(text)}: takes ${row.allowed}` };
    }
    config[name] = value;
  }
  const checked = config as unknown as Config; // every option was parsed by its own parser
  for (const rule of RULES) {
    const broken = rule(checked);
    if (broken) return { ok: false, error: `${origins[broken.option]}: ${broken.why}` };
  }
  return { ok: true, config: Object.freeze(checked) };
}

interface Broken {
  readonly option: OptionName;
  readonly why: string;
}

/** Rules over more than one option. */
const RULES: ReadonlyArray<(config: Config) => Broken | undefined> = [
  queueHoldsLargestMessage,
  certificateAndKeyTogether,
];

/** A queue smaller than two messages would close every peer that lags. */
function queueHoldsLargestMessage({ maxQueue, maxMessage }: Config): Broken | undefined {
  const least = 2 * maxMessage;
  if (maxQueue >= least) return undefined;
  return {
    option: 'maxQueue',
    why: `${maxQueue} bytes is less than two messages of --max-message; takes ${least} or more`,
  };
}

/** TLS needs both; a server with one of them must not fall back to plain HTTP. */
function certificateAndKeyTogether({ tlsCert, tlsKey }: Config): Broken | undefined {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return undefined;
  return tlsKey === undefined
    ? { option: 'tlsCert', why: 'has no --tls-key beside it; takes both or neither' }
    : { option: 'tlsKey', why: 'has no --tls-cert beside it; takes both or neither' };
}
