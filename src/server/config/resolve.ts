import {
  flagOf,
  SERVE_OPTIONS,
  variableOf,
  type Config,
  type Option,
  type OptionName,
} from './options.js';

/** The texts that a person gave, from where, the strongest first. */
export interface Source {
  /** What an error calls the place of an option: `--port`, `TICKCHAT_PORT in .env`. */
  nameOf(option: OptionName): string;
  /** The text given for an option, if any. */
  textOf(option: OptionName): string | undefined;
}

/** A configuration that holds, or one line that says what doesn't. */
export type Resolved =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly error: string };

const NAMES = Object.keys(SERVE_OPTIONS) as OptionName[];

/** Flags given on the command line, by option. */
export function flagSource(flags: Readonly<Partial<Record<OptionName, string>>>): Source {
  return { nameOf: flagOf, textOf: (option) => flags[option] };
}

/** Variables, of the environment or of a file called `place`. An empty one counts as not given. */
export function variableSource(
  variables: Readonly<Record<string, string | undefined>>,
  place?: string,
): Source {
  return {
    nameOf: (option) => variableOf(option) + (place === undefined ? '' : ` in ${place}`),
    textOf: (option) => variables[variableOf(option)] || undefined,
  };
}

/** What systemd says of the service's own state directory (systemd.exec(5)). */
export function systemdSource(variables: Readonly<Record<string, string | undefined>>): Source {
  const directory = variables['STATE_DIRECTORY']?.split(':')[0] || undefined;
  return {
    nameOf: () => '$STATE_DIRECTORY',
    textOf: (option) => (option === 'dataDir' ? directory : undefined),
  };
}

/** Variables that look like ours and are none of the options: a slip of the pen. */
export function unknownVariables(
  variables: Readonly<Record<string, string | undefined>>,
): string[] {
  const known = new Set(NAMES.map(variableOf));
  return Object.keys(variables).filter((name) => name.startsWith('TICKCHAT_') && !known.has(name));
}

/** Takes each option from the first source that has it, else its default, and checks everything. */
export function resolveConfig(sources: readonly Source[]): Resolved {
  const config: Partial<Record<OptionName, unknown>> = {};
  const places: Partial<Record<OptionName, string>> = {};
  for (const name of NAMES) {
    const row: Option<unknown> = SERVE_OPTIONS[name];
    const source = sources.find((candidate) => candidate.textOf(name) !== undefined);
    const text = source?.textOf(name) ?? row.default;
    if (text === undefined) continue;
    const value = row.parse(text);
    places[name] = source?.nameOf(name) ?? flagOf(name);
    if (value === undefined) {
      return { ok: false, error: `${places[name]} ${JSON.stringify(text)}: takes ${row.allowed}` };
    }
    config[name] = value;
  }
  const checked = config as unknown as Config; // every row has been parsed by its own parser
  for (const rule of RULES) {
    const broken = rule(checked);
    if (broken) return { ok: false, error: `${places[broken.option]}: ${broken.why}` };
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

/** A message that doesn't fit into the queue would close every peer that lags at all. */
function queueHoldsLargestMessage({ maxQueue, maxMessage }: Config): Broken | undefined {
  const least = 2 * maxMessage;
  if (maxQueue >= least) return undefined;
  return {
    option: 'maxQueue',
    why: `${maxQueue} bytes is less than two messages of --max-message; takes ${least} or more`,
  };
}

/** One without the other can't serve TLS, and serving plain HTTP instead would be a nasty surprise. */
function certificateAndKeyTogether({ tlsCert, tlsKey }: Config): Broken | undefined {
  if ((tlsCert === undefined) === (tlsKey === undefined)) return undefined;
  return tlsKey === undefined
    ? { option: 'tlsCert', why: 'has no --tls-key beside it; takes both or neither' }
    : { option: 'tlsKey', why: 'has no --tls-cert beside it; takes both or neither' };
}
