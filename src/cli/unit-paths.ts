import { pathToFileURL } from 'node:url';

/** Paths of an installation; absolute, without a trailing slash. */
export interface Installation {
  /** The Node executable. */
  readonly node: string;
  /** The directory with `bin` and `deploy`. */
  readonly package: string;
}

/** The paths in the files of `deploy/`. */
const WRITTEN_FOR = { node: '/usr/bin/node', package: '/opt/tickchat' };

/** Replaces the paths in a unit file of `deploy/` by those of this installation. */
export function unitFor(template: string, installation: Installation): string {
  const documentation = pathToFileURL(installation.package).href;
  return template
    .replaceAll(
      /^ExecStart=\S+ (\S+) /gm,
      (_, program: string) =>
        `ExecStart=${quoted(installation.node)} ${quoted(installation.package + program.slice(WRITTEN_FOR.package.length))} `,
    )
    .replaceAll(`file://${WRITTEN_FOR.package}/`, () => `${withoutSpecifiers(documentation)}/`)
    .replaceAll(/^# .*$/gm, (comment) =>
      comment
        .replaceAll(WRITTEN_FOR.package, () => installation.package)
        .replaceAll('Node in /usr/bin ', () => `Node as ${installation.node} `),
    );
}

/** Quotes a path as one word of a command line (systemd.service(5), "Command lines"). */
function quoted(path: string): string {
  const literal = withoutSpecifiers(path).replaceAll('$', '$$$$');
  if (!/[\s"'\\;]/.test(literal)) return literal;
  return `"${literal.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** Escapes `%`, which begins a specifier (systemd.unit(5)). */
function withoutSpecifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
