import { readFileSync, writeFileSync } from 'node:fs';
import { targetLines } from './targets.js';
import type { Contender } from './contender.js';
import { wsReadme } from './contenders.js';
import type { BenchLoad } from './loads.js';
import type { Metric } from './metrics.js';
import type { Results } from './results.js';

/** The results of one load in Markdown: the servers, then tickchat's targets. */
export function loadMarkdown(
  results: Results,
  load: BenchLoad,
  contenders: readonly Contender[],
): string {
  const targets = targetLines(results, load);
  const table = loadTable(results, load, contenders);
  if (targets.length === 0) return table;
  return [table, '', '| target | wanted | measured | |', '|---|---|---:|---|', ...targets].join(
    '\n',
  );
}

function loadTable(results: Results, load: BenchLoad, contenders: readonly Contender[]): string {
  const usual = load.base ?? wsReadme;
  const base = contenders.includes(usual) ? usual : (contenders[0] ?? usual);
  const withRatios = contenders.length > 1;
  const columns = load.metrics.flatMap(({ name }) =>
    withRatios ? [name, `× ${base.name}`] : [name],
  );
  return [
    `### ${load.title}`,
    '',
    results.rounds(load) === 1 ? 'One round.' : `Medians of ${results.rounds(load)} rounds.`,
    '',
    `| server | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---:').join('|')}|`,
    ...contenders.map((contender) => row(results, load, contender, withRatios ? base : undefined)),
  ].join('\n');
}

/** @param base undefined: no ratios */
function row(
  results: Results,
  load: BenchLoad,
  contender: Contender,
  base: Contender | undefined,
): string {
  const cells = load.metrics.flatMap((metric) => cellsOf(results, load, contender, base, metric));
  return `| ${contender.name} | ${cells.join(' | ')} |`;
}

function cellsOf(
  results: Results,
  load: BenchLoad,
  contender: Contender,
  base: Contender | undefined,
  metric: Metric,
) {
  const value = results.median(load, contender, metric);
  const figure = value === undefined ? 'not available' : metric.format(value);
  if (base === undefined) return [figure];
  const ratio = results.ratio(load, contender, base, metric);
  return [figure, ratio === undefined ? '' : ratio.toFixed(2)];
}

/** Writes a load's tables between its markers in a document. Throws if it has none. */
export function writeBetweenMarkers(file: string, key: string, markdown: string): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [`<!-- measured: ${key} -->`, `<!-- /measured: ${key} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${file} has no markers for ${key}`);
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${markdown}\n\n${text.slice(to)}`);
}
