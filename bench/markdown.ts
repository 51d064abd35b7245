import { readFileSync, writeFileSync } from 'node:fs';
import { barLines } from './bars.js';
import { wsReadme, type Contender } from './contenders.js';
import type { BenchLoad, Metric } from './loads.js';
import type { Results } from './results.js';

const BEGIN = '<!-- measured: begin (npm run bench -- --write) -->';
const END = '<!-- measured: end -->';

/** The tables of everything measured, in Markdown. */
export function resultsMarkdown(results: Results, contenders: readonly Contender[]): string {
  const tables = results.loads().map((load) => loadTable(results, load, contenders));
  const bars = barLines(results);
  if (bars.length === 0) return tables.join('\n\n');
  const head = ['**Bars**', '', '| what | bar | tickchat | |', '|---|---|---:|---|'];
  return [...tables, [...head, ...bars].join('\n')].join('\n\n');
}

function loadTable(results: Results, load: BenchLoad, contenders: readonly Contender[]): string {
  const columns = load.metrics.flatMap((metric) => [metric.name, `× ${wsReadme.name}`]);
  return [
    `**${load.title}**`,
    '',
    `| server | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---:').join('|')}|`,
    ...contenders.map((contender) => row(results, load, contender)),
  ].join('\n');
}

function row(results: Results, load: BenchLoad, contender: Contender): string {
  const cells = load.metrics.flatMap((metric) => cellsOf(results, load, contender, metric));
  return `| ${contender.name} | ${cells.join(' | ')} |`;
}

function cellsOf(results: Results, load: BenchLoad, contender: Contender, metric: Metric) {
  const value = results.median(load, contender, metric);
  const ratio = results.ratio(load, contender, wsReadme, metric);
  return [
    value === undefined ? 'not available' : metric.format(value),
    ratio === undefined ? '' : ratio.toFixed(2),
  ];
}

/** Puts the tables between the markers of a document. Throws if it has none. */
export function writeBetweenMarkers(file: string, markdown: string): void {
  const text = readFileSync(file, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`${file} has no markers for the tables`);
  writeFileSync(
    file,
    `${text.slice(0, begin + BEGIN.length)}\n\n${markdown}\n\n${text.slice(end)}`,
  );
}
