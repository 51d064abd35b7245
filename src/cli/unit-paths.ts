import { pathToFileURL } from 'node:url';

/** Where things are; absolute paths, without a slash at the end. */
export interface Installation {
  /** The Node that runs it. */
  readonly node: string;
  /** The folder with `bin` and `deploy`. */
  readonly package: string;
}

/** What `deploy/` is written for. */
const WRITTEN_FOR = { node: '/usr/bin/node', package: '/opt/tickchat' };

/** The text of a unit out of `deploy/`, with the paths of this installation. */
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

/** A word of a command line (systemd.service(5), "Command lines"): no space splits it. */
function quoted(path: string): string {
  const literal = withoutSpecifiers(path).replaceAll('$', '$$$$');
  if (!/[\s"'\\;]/.test(literal)) return literal;
  return `"${literal.replaceAll(/["\\]/g, '\\$&')}"`;
}

/** `%` begins a specifier (systemd.unit(5)). */
function withoutSpecifiers(text: string): string {
  return text.replaceAll('%', '%%');
}
